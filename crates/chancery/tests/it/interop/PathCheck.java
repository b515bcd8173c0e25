// SPDX-License-Identifier: MIT OR Apache-2.0
// Judges a path as a Java program would: PathCheck ROOT CHAIN, both PEM, the chain leaf first.
// Prints "accepted", or "refused: " and Java's reason; exit code 0 or 1.

import java.io.FileInputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

public class PathCheck {
    public static void main(String[] arguments) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate root;
        try (FileInputStream file = new FileInputStream(arguments[0])) {
            root = (X509Certificate) factory.generateCertificate(file);
        }
        List<Certificate> chain;
        try (FileInputStream file = new FileInputStream(arguments[1])) {
            chain = new ArrayList<>(factory.generateCertificates(file));
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        try {
            CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(chain), parameters);
            System.out.println("accepted");
        } catch (CertPathValidatorException refusal) {
            System.out.println("refused: " + refusal.getMessage());
            System.exit(1);
        }
    }
}
