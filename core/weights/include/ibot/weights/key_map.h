// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <optional>
#include <string>
#include <string_view>

namespace ibot::weights {

/// Which network of a training checkpoint a name belongs to.
enum class Network : unsigned char { Student = 1, Teacher };

/// "student", "teacher".
IBOT_API std::string_view to_string(Network network);

/// A tensor's name without what only the program that wrote it added.
struct CanonicalName {
  /// Backbone: "blocks.0.attn.qkv.weight", as in timm. Projection head: "head.mlp.0.weight",
  /// "head.last_layer.weight_g", as in iBOT and DINO. Classifier of timm: "head.weight".
  std::string name;
  /// The network that a prefix names, if one does.
  std::optional<Network> network;
};

/// Maps the names of iBOT, DINO, DINOv2 and timm Vision Transformers (spec 5.1, 5.2, 5.4) to one set.
///
/// Prefixes `module.`, `_orig_mod.`, `student.`, `teacher.` and `backbone.` go, in any combination. Then:
///   blocks.3.ls1.gamma                             blocks.3.gamma_1           (timm, DINOv2; ls2 alike)
///   blocks.1.3.norm1.weight                        blocks.3.norm1.weight      (DINOv2, blocks in chunks)
///   mask_token                                     masked_embed               (DINOv2)
///   dino_head.mlp.0.weight                         head.mlp.0.weight          (DINOv2)
///   head.last_layer.parametrizations.weight.original0 (1)   head.last_layer.weight_g (v)   (newer torch)
/// Anything else stays as it is.
IBOT_API CanonicalName canonical_name(std::string_view name);

/// How exported tensors are named.
enum class KeyStyle : unsigned char {
  Ibot = 1,  ///< as in the published teacher: "backbone.blocks.0.gamma_1", "head.mlp.0.weight"
  Dino,      ///< backbone as in DINO's published backbones: "blocks.0.gamma_1"; no heads
  Timm,  ///< what timm's VisionTransformer loads with num_classes=0: "blocks.0.ls1.gamma"; no heads, no mask
         ///< token
};

/// "ibot", "dino", "timm".
IBOT_API std::string_view to_string(KeyStyle style);
IBOT_API std::optional<KeyStyle> parse_key_style(std::string_view text);

/// The name under which a tensor is exported; nullopt if the style has no place for it (heads, mask token).
IBOT_API std::optional<std::string> exported_name(std::string_view name, KeyStyle style);

}  // namespace ibot::weights
