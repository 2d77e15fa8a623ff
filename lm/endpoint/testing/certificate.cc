#include "lm/endpoint/testing/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace lm {
namespace {

void AddExtension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  SAMI_CHECK(extension != nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

SelfSignedCertificate::SelfSignedCertificate()
    : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free), certificate_(X509_new(), &X509_free) {
  SAMI_CHECK(key_ != nullptr && certificate_ != nullptr);
  constexpr long kDay = 24 * 60 * 60;
  X509_set_version(certificate(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate()), kDay);
  X509_set_pubkey(certificate(), key());
  X509_NAME* const name = X509_get_subject_name(certificate());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("fake endpoint"), -1, -1,
                             0);
  X509_set_issuer_name(certificate(), name);
  AddExtension(certificate(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate(), NID_subject_alt_name, "IP:127.0.0.1");
  SAMI_CHECK(X509_sign(certificate(), key(), EVP_sha256()) > 0);
}

std::string SelfSignedCertificate::Pem() const {
  const std::unique_ptr<BIO, void (*)(BIO*)> memory(BIO_new(BIO_s_mem()), &BIO_free_all);
  SAMI_CHECK(PEM_write_bio_X509(memory.get(), certificate()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, size);
}

}  // namespace lm
