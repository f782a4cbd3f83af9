// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace ibot::test {

/// Registers, once a process, a device `cuda` whose memory is the host's: what runs on it gives the results
/// of the processor, but, as on a real one, tensors of two devices do not mix (a 0-dim tensor of the
/// processor may take part) and no storage is shared with the processor. So code that forgets to move a
/// tensor is found on machines without a GPU. Says nothing about speed, streams or kernels of CUDA. Only for
/// programs without LibTorch's CUDA part, and before anything asked for a device; false if that one is there.
bool pretend_cuda();

}  // namespace ibot::test
