// Embedded assets: the page's script and style, built into the program.
#ifndef ANALYSIS_PAGE_ASSETS_H_
#define ANALYSIS_PAGE_ASSETS_H_

namespace analysis {

extern const char kPageTemplate[];  // page.html, with {{placeholders}}
extern const char kBrowserHtml[];   // browser.html
extern const char kStyle[];         // the *.css, one after the other
extern const char kScript[];        // the *.js, in the order of their dependences

}  // namespace analysis

#endif  // ANALYSIS_PAGE_ASSETS_H_
