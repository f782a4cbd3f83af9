// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/cka_matrix.h>

namespace ibot::protocol {

Message CkaMatrixRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"networks", list_json(networks)},
                  {"pictures", list_json(pictures)},
                  {"layer", layer},
                  {"cls", cls},
                  {"leave_out", leave_out}};
  return message;
}

base::Result<CkaMatrixRequest> CkaMatrixRequest::from_message(const Message& message) {
  BodyReader body(message.body, "CKA matrix request");
  CkaMatrixRequest request;
  request.networks = parts<NetworkChoice>(body, "networks", 2, kMostNetworks);
  request.pictures = parts<PictureChoice>(body, "pictures", 1, CkaRequest::kMostPictures);
  request.layer = body.integer("layer", 0, kMostLayers);
  request.cls = body.flag("cls");
  request.leave_out = body.flag("leave_out");
  IBOT_CHECK_OK(body.status());
  return request;
}

Message CkaMatrixReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"networks", list_json(networks)}, {"layer", layer},       {"samples", samples},
                  {"left_out", list_json(left_out)}, {"pictures", pictures}, {"longer_side", longer_side}};
  const auto count = static_cast<std::int64_t>(networks.size());
  message.arrays.push_back(f32_array("values", {count, count}, values));
  return message;
}

base::Result<CkaMatrixReply> CkaMatrixReply::from_message(const Message& message) {
  BodyReader body(message.body, "CKA matrix's answer");
  CkaMatrixReply reply;
  reply.networks = parts<SeenNetwork>(body, "networks", 2, CkaMatrixRequest::kMostNetworks);
  reply.layer = body.integer("layer", 0, kMostLayers);
  reply.samples = body.integer("samples");
  reply.left_out = parts<LeftOut>(body, "left_out", 0, CkaRequest::kMostPictures);
  reply.pictures = body.integer("pictures");
  reply.longer_side = body.integer("longer_side", 0, 1 << 20);
  const auto count = static_cast<std::int64_t>(reply.networks.size());
  reply.values = read_f32(message, "values", {count, count}, body);
  IBOT_CHECK_OK(body.status());
  return reply;
}

}  // namespace ibot::protocol
