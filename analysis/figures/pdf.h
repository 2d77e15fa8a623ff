// PDF export of figures, for papers: vector graphics with real text, by librsvg and cairo.
#ifndef ANALYSIS_FIGURES_PDF_H_
#define ANALYSIS_FIGURES_PDF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace analysis {

// One page of the SVG's size, a pixel a point and a third of it less (96 pixels an inch). The same SVG gives the same
// bytes on a machine; elsewhere its fonts may differ. kInternal when librsvg cannot read the SVG.
absl::StatusOr<std::string> SvgToPdf(absl::string_view svg);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_PDF_H_
