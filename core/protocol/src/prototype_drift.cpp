// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/prototypes.h>

#include <array>

namespace ibot::protocol {
namespace {

/// The numbers of an answer, by name; how many there are of M moments, and the least that they may be.
struct Course {
  const char* name;
  std::vector<double> PrototypeDriftReply::*values;
  bool from_before;  ///< one fewer: told from the moment before
  bool own;          ///< of one prototype; may be empty
  double low;
};

constexpr std::array<Course, 9> kCourses{
    {{"used", &PrototypeDriftReply::used, false, false, 0},
     {"stays", &PrototypeDriftReply::stays, true, false, 0},
     {"stays_chance", &PrototypeDriftReply::stays_chance, true, false, 0},
     {"as_last", &PrototypeDriftReply::as_last, false, false, 0},
     {"cosine", &PrototypeDriftReply::cosine, true, false, -1},
     {"cosine_last", &PrototypeDriftReply::cosine_last, false, false, -1},
     {"own_share", &PrototypeDriftReply::own_share, false, true, 0},
     {"own_stays", &PrototypeDriftReply::own_stays, true, true, 0},
     {"own_cosine_last", &PrototypeDriftReply::own_cosine_last, false, true, -1}}};

std::vector<double> numbers(BodyReader& body, const char* name, double low) {
  std::vector<double> values;
  for (const nlohmann::json& each : body.list(name, PrototypeDriftRequest::kMostMoments)) {
    const nlohmann::json named = {{name, each}};
    BodyReader told(named, "drift");
    values.push_back(told.number(name, low, 1));
    body.adopt(told);
  }
  return values;
}

}  // namespace

Message PrototypeDriftRequest::to_message() const {
  Message message;
  message.method = kMethod;
  message.body = {{"moments", list_json(moments)}, {"folder", folder}, {"split", split},
                  {"pictures", pictures},          {"size", size},     {"milliseconds", milliseconds},
                  {"prototype", prototype}};
  return message;
}

base::Result<PrototypeDriftRequest> PrototypeDriftRequest::from_message(const Message& message) {
  BodyReader body(message.body, "prototype drift request");
  PrototypeDriftRequest request;
  request.moments = parts<NetworkChoice>(body, "moments", 2, kMostMoments);
  request.folder = body.text_or("folder");
  request.split = body.text_or("split");
  request.pictures = body.integer("pictures", 1, PrototypesRequest::kMostPictures);
  request.size = body.integer("size", 0, 4096);
  request.milliseconds = body.integer("milliseconds", 0, 3'600'000);
  request.prototype = body.integer("prototype", -1, kMostPrototypes);
  IBOT_CHECK_OK(body.status());
  return request;
}

Message PrototypeDriftReply::to_message() const {
  Message message;
  message.kind = MessageKind::Reply;
  message.body = {{"moments", list_json(moments)},
                  {"last", protocol::to_json(last)},
                  {"seen", seen},
                  {"total", total},
                  {"patches", patches}};
  for (const Course& course : kCourses) message.body[course.name] = this->*course.values;
  return message;
}

base::Result<PrototypeDriftReply> PrototypeDriftReply::from_message(const Message& message) {
  BodyReader body(message.body, "prototype drift's answer");
  PrototypeDriftReply reply;
  reply.moments = parts<SeenNetwork>(body, "moments", 0, PrototypeDriftRequest::kMostMoments);
  reply.last = part<SeenNetwork>(body, "last");
  reply.seen = body.integer("seen");
  reply.total = body.integer("total");
  reply.patches = body.integer("patches");
  const std::size_t ready = reply.moments.size();
  for (const Course& course : kCourses) {
    std::vector<double>& values = reply.*course.values;
    values = numbers(body, course.name, course.low);
    const std::size_t wanted = course.from_before && ready > 0 ? ready - 1 : ready;
    if (values.size() != wanted && !(course.own && values.empty()))
      body.fail(course.name, "a number of each moment");
  }
  IBOT_CHECK_OK(body.status());
  return reply;
}

}  // namespace ibot::protocol
