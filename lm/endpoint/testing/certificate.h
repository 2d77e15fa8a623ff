// A self-signed TLS certificate, which nobody trusts, for tests.
#ifndef LM_ENDPOINT_TESTING_CERTIFICATE_H_
#define LM_ENDPOINT_TESTING_CERTIFICATE_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace lm {

// Of 127.0.0.1, not of localhost, signed by itself, for a day; with a new key.
class SelfSignedCertificate {
 public:
  SelfSignedCertificate();

  X509* certificate() const { return certificate_.get(); }
  EVP_PKEY* key() const { return key_.get(); }
  // The certificate as a PEM file's content: who trusts it trusts the server.
  std::string Pem() const;

 private:
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  const std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

}  // namespace lm

#endif  // LM_ENDPOINT_TESTING_CERTIFICATE_H_
