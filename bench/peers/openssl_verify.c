// SPDX-License-Identifier: MIT OR Apache-2.0
// OpenSSL's side of `cargo xtask bench verify`.
//
//     openssl_verify LEAF INTERMEDIATE ROOT HOST UNIX-TIME     (certificates are files in DER)
//
// Each line of standard input is a span of processor time in nanoseconds: the chain is judged again and again for that
// long, and the answer is a line `CHAINS NANOSECONDS`.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

struct bytes {
    unsigned char data[16384];
    long length;
};

static void fail(const char *what) {
    printf("%s\n", what);
    exit(2);
}

static void read_file(const char *path, struct bytes *into) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail(path);
    into->length = (long)fread(into->data, 1, sizeof into->data, file);
    fclose(file);
}

static X509 *parse(const struct bytes *der) {
    const unsigned char *at = der->data;
    X509 *certificate = d2i_X509(NULL, &at, der->length);
    if (certificate == NULL) fail("d2i_X509");
    return certificate;
}

static uint64_t spent(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void judge(X509_STORE *store, const struct bytes *leaf_der, const struct bytes *intermediate_der,
                  const char *host, time_t at) {
    X509 *leaf = parse(leaf_der);
    X509 *intermediate = parse(intermediate_der);
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (untrusted == NULL || context == NULL || sk_X509_push(untrusted, intermediate) == 0) fail("out of memory");
    if (X509_STORE_CTX_init(context, store, leaf, untrusted) != 1) fail("X509_STORE_CTX_init");
    // The purpose and trust of a TLS server.
    if (X509_STORE_CTX_set_default(context, "ssl_server") != 1) fail("X509_STORE_CTX_set_default");
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, at);
    if (X509_VERIFY_PARAM_set1_host(param, host, 0) != 1) fail("X509_VERIFY_PARAM_set1_host");
    if (X509_verify_cert(context) != 1) fail(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    X509_STORE_CTX_free(context);
    sk_X509_free(untrusted);
    X509_free(intermediate);
    X509_free(leaf);
}

int main(int count, char **arguments) {
    static struct bytes leaf, intermediate, root;
    if (count != 6) fail("five arguments");
    read_file(arguments[1], &leaf);
    read_file(arguments[2], &intermediate);
    read_file(arguments[3], &root);
    X509_STORE *store = X509_STORE_new();
    if (store == NULL || X509_STORE_add_cert(store, parse(&root)) != 1) fail("X509_STORE_add_cert");
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        uint64_t span = strtoull(line, NULL, 10), start = spent(), chains = 0;
        do {
            for (int i = 0; i < 8; i++) judge(store, &leaf, &intermediate, arguments[4], (time_t)atoll(arguments[5]));
            chains += 8;
        } while (spent() - start < span);
        printf("%llu %llu\n", (unsigned long long)chains, (unsigned long long)(spent() - start));
        fflush(stdout);
    }
    return 0;
}
