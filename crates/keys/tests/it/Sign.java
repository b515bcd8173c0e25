// SPDX-License-Identifier: MIT OR Apache-2.0

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Signs "message" with each key: KIND ALGORITHM FILE PASSPHRASE ("-" for none) ..., and prints hexadecimal. */
class Sign {
    public static void main(String[] arguments) throws Exception {
        for (int at = 0; at < arguments.length; at += 4) {
            byte[] der = Files.readAllBytes(Path.of(arguments[at + 2]));
            PKCS8EncodedKeySpec spec = arguments[at + 3].equals("-")
                ? new PKCS8EncodedKeySpec(der)
                : decrypt(new EncryptedPrivateKeyInfo(der), arguments[at + 3]);
            PrivateKey key = KeyFactory.getInstance(arguments[at]).generatePrivate(spec);
            Signature signature = Signature.getInstance(arguments[at + 1]);
            signature.initSign(key);
            signature.update("message".getBytes());
            System.out.println(HexFormat.of().formatHex(signature.sign()));
        }
    }

    private static PKCS8EncodedKeySpec decrypt(EncryptedPrivateKeyInfo info, String passphrase) throws Exception {
        String scheme = info.getAlgParameters().toString();
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(
            Cipher.DECRYPT_MODE,
            SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(passphrase.toCharArray())),
            info.getAlgParameters());
        return info.getKeySpec(cipher);
    }
}
