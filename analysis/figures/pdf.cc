#include "analysis/figures/pdf.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace analysis {
namespace {

// SVG's pixels to PDF's points.
constexpr double kPointsPerPixel = 0.75;

cairo_status_t Append(void* text, const unsigned char* data, unsigned int size) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

struct Unref {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};

// The error, taken over from GLib.
absl::Status Failure(GError* error) {
  const std::string message = error == nullptr ? "no reason given" : error->message;
  g_clear_error(&error);
  return absl::InternalError(absl::StrCat("figure to PDF: ", message));
}

}  // namespace

absl::StatusOr<std::string> SvgToPdf(absl::string_view svg) {
  GError* error = nullptr;
  const std::unique_ptr<RsvgHandle, Unref> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (handle == nullptr) return Failure(error);
  double width = 0, height = 0;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height)) return Failure(nullptr);

  std::string pdf;
  const std::unique_ptr<cairo_surface_t, Unref> surface(
      cairo_pdf_surface_create_for_stream(Append, &pdf, width * kPointsPerPixel, height * kPointsPerPixel));
  // Else it is the time of writing.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
  const std::unique_ptr<cairo_t, Unref> context(cairo_create(surface.get()));
  const RsvgRectangle page = {0, 0, width * kPointsPerPixel, height * kPointsPerPixel};
  if (!rsvg_handle_render_document(handle.get(), context.get(), &page, &error)) return Failure(error);
  cairo_show_page(context.get());
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return absl::InternalError(
        absl::StrCat("figure to PDF: ", cairo_status_to_string(cairo_surface_status(surface.get()))));
  }
  return pdf;
}

}  // namespace analysis
