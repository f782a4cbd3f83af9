// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/dist/collectives.h>

#include <ATen/ops/cat.h>

#include <barrier>
#include <utility>

namespace ibot::dist {
namespace {

class NullCollectives final : public Collectives {
 public:
  int rank() const override { return 0; }
  int world_size() const override { return 1; }
  void all_reduce_sum(at::Tensor&) override {}
  at::Tensor all_gather(const at::Tensor& tensor) override { return tensor; }
  void barrier() override {}
};

struct MeetingPoint {
  explicit MeetingPoint(int world_size)
      : everyone(world_size), tensors(static_cast<std::size_t>(world_size)) {}
  std::barrier<> everyone;
  std::vector<at::Tensor> tensors;
};

class InProcessCollectives final : public Collectives {
 public:
  InProcessCollectives(int rank, std::shared_ptr<MeetingPoint> point)
      : rank_(rank), point_(std::move(point)) {}
  int rank() const override { return rank_; }
  int world_size() const override { return static_cast<int>(point_->tensors.size()); }

  void all_reduce_sum(at::Tensor& tensor) override {
    const std::vector<at::Tensor> all = exchange(tensor);
    at::Tensor sum = all.front().clone();
    for (std::size_t i = 1; i < all.size(); ++i) sum.add_(all[i]);
    point_->everyone.arrive_and_wait();  // nobody overwrites its tensor while another still reads it
    tensor.copy_(sum);
  }

  at::Tensor all_gather(const at::Tensor& tensor) override {
    const std::vector<at::Tensor> all = exchange(tensor);
    at::Tensor gathered = at::cat(all);
    point_->everyone.arrive_and_wait();
    return gathered;
  }

  void barrier() override { point_->everyone.arrive_and_wait(); }

 private:
  std::vector<at::Tensor> exchange(const at::Tensor& tensor) {
    point_->tensors[static_cast<std::size_t>(rank_)] = tensor;
    point_->everyone.arrive_and_wait();
    return point_->tensors;
  }

  int rank_;
  std::shared_ptr<MeetingPoint> point_;
};

}  // namespace

Collectives::~Collectives() = default;

std::unique_ptr<Collectives> null_collectives() {
  return std::make_unique<NullCollectives>();
}

std::vector<std::unique_ptr<Collectives>> in_process_collectives(int world_size) {
  auto point = std::make_shared<MeetingPoint>(world_size);
  std::vector<std::unique_ptr<Collectives>> ranks;
  for (int rank = 0; rank < world_size; ++rank)
    ranks.push_back(std::make_unique<InProcessCollectives>(rank, point));
  return ranks;
}

}  // namespace ibot::dist
