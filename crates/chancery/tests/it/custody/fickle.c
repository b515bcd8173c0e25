// SPDX-License-Identifier: MIT OR Apache-2.0
// A PKCS #11 module that passes everything on to another one (FICKLE_MODULE) and does what the word in the file FICKLE
// says: "gone" has no token, "faulty" signs wrongly, "final" and "locked" tell so of the PIN, "bare" gives EC points
// without their OCTET STRING. Each login adds a line to FICKLE.log.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long word;

// PKCS #11 v2.40 §5: the functions in the order of CK_FUNCTION_LIST.
enum { GET_SLOT_LIST = 4, GET_TOKEN_INFO = 6, OPEN_SESSION = 12, LOGIN = 18, GET_ATTRIBUTES = 24, SIGN_INIT = 42, SIGN = 43 };
enum { DEVICE_REMOVED = 0x32, TOKEN_NOT_PRESENT = 0xe0 };
enum { PIN_FINAL_TRY = 0x20000, PIN_LOCKED = 0x40000, EC_POINT = 0x181 };

struct list {
    unsigned char version[2];
    void *functions[68];
};

struct attribute {
    word type;
    unsigned char *value;
    word length;
};

static struct list *real, ours;

#define REAL(index, ...) ((word (*)(__VA_ARGS__))real->functions[index])

static int is(const char *wanted) {
    char found[16] = "";
    FILE *file = fopen(getenv("FICKLE"), "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%15s", found) != 1)
        found[0] = '\0';
    fclose(file);
    return strcmp(found, wanted) == 0;
}

static word get_slot_list(unsigned char present, word *slots, word *count) {
    if (is("gone") && present) {
        *count = 0;
        return 0;
    }
    return REAL(GET_SLOT_LIST, unsigned char, word *, word *)(present, slots, count);
}

static word get_token_info(word slot, unsigned char *info) {
    if (is("gone"))
        return TOKEN_NOT_PRESENT;
    word said = REAL(GET_TOKEN_INFO, word, unsigned char *)(slot, info);
    // The flags stand after label, manufacturer, model and serial number.
    word *flags = (word *)(info + 96);
    if (said == 0 && is("final"))
        *flags |= PIN_FINAL_TRY;
    if (said == 0 && is("locked"))
        *flags |= PIN_LOCKED;
    return said;
}

static word open_session(word slot, word flags, void *application, void *notify, word *session) {
    if (is("gone"))
        return TOKEN_NOT_PRESENT;
    return REAL(OPEN_SESSION, word, word, void *, void *, word *)(slot, flags, application, notify, session);
}

static word login(word session, word user, unsigned char *pin, word length) {
    char path[4096];
    snprintf(path, sizeof path, "%s.log", getenv("FICKLE"));
    FILE *log = fopen(path, "a");
    if (log != NULL) {
        fputs("login\n", log);
        fclose(log);
    }
    return REAL(LOGIN, word, word, unsigned char *, word)(session, user, pin, length);
}

static word get_attributes(word session, word object, struct attribute *attributes, word count) {
    word said = REAL(GET_ATTRIBUTES, word, word, struct attribute *, word)(session, object, attributes, count);
    for (word at = 0; said == 0 && at < count && is("bare"); at++) {
        struct attribute *one = &attributes[at];
        if (one->type == EC_POINT && one->value != NULL && one->length > 2) {
            one->length -= 2;
            memmove(one->value, one->value + 2, one->length);
        }
    }
    return said;
}

static word sign_init(word session, void *mechanism, word key) {
    if (is("gone"))
        return DEVICE_REMOVED;
    return REAL(SIGN_INIT, word, void *, word)(session, mechanism, key);
}

static word sign(word session, unsigned char *data, word length, unsigned char *signature, word *signature_length) {
    word said = REAL(SIGN, word, unsigned char *, word, unsigned char *, word *)(session, data, length, signature,
                                                                                 signature_length);
    if (said == 0 && signature != NULL && is("faulty"))
        signature[*signature_length / 2] ^= 1;
    return said;
}

word C_GetFunctionList(struct list **list) {
    if (real == NULL) {
        void *library = dlopen(getenv("FICKLE_MODULE"), RTLD_NOW);
        if (library == NULL)
            return 5;
        word (*get)(struct list **) = (word (*)(struct list **))dlsym(library, "C_GetFunctionList");
        word said = get(&real);
        if (said != 0)
            return said;
        ours = *real;
        ours.functions[GET_SLOT_LIST] = get_slot_list;
        ours.functions[GET_TOKEN_INFO] = get_token_info;
        ours.functions[OPEN_SESSION] = open_session;
        ours.functions[LOGIN] = login;
        ours.functions[GET_ATTRIBUTES] = get_attributes;
        ours.functions[SIGN_INIT] = sign_init;
        ours.functions[SIGN] = sign;
    }
    *list = &ours;
    return 0;
}
