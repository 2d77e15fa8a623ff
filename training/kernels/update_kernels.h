// Update kernels: the elementwise loops of training/optimizer.h, one pass over a parameter and all that belongs to it.
//
// T is float or double. Products and sums are rounded one by one, in torch.optim's order, on every processor. Each
// update returns how many elements it changed. No torch here.
#ifndef TRAINING_KERNELS_UPDATE_KERNELS_H_
#define TRAINING_KERNELS_UPDATE_KERNELS_H_

#include <cstdint>

namespace training {

// p *= decay; m = m beta1 + g (1 - beta1); v = v beta2 + g^2 (1 - beta2);
// p -= rate m / (sqrt(v) / root_correction + epsilon), with g = gradient_scale * gradient.
struct AdamWConstants {
  double gradient_scale, decay, beta1, beta2, rate, root_correction, epsilon;
};
template <typename T>
int64_t UpdateAdamW(const AdamWConstants& constants, int64_t n, const T* gradient, T* parameter, T* first, T* second);

// g += decay p; v = v alpha + g^2 (1 - alpha); p -= rate g / (sqrt(v) + epsilon).
struct RmsPropConstants {
  double gradient_scale, decay, alpha, rate, epsilon;
};
template <typename T>
int64_t UpdateRmsProp(const RmsPropConstants& constants, int64_t n, const T* gradient, T* parameter, T* second);

// sum x^2, squared and added in float64.
template <typename T>
double SumOfSquares(int64_t n, const T* x);

}  // namespace training

#endif  // TRAINING_KERNELS_UPDATE_KERNELS_H_
