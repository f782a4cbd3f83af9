// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/comparison.h>
#include <ibot/record/rows.h>

#include <cstdint>
#include <vector>

namespace ibot::protocol {

/// The figures of one of an answer's networks as rows of its run's record, under agreement_settings(); `time`
/// in microseconds since 1970, UTC. Precondition: there is that network.
IBOT_API std::vector<record::Evaluation> agreement_rows(const AgreementRequest& request,
                                                        const AgreementReply& reply, std::size_t network,
                                                        std::int64_t time);

}  // namespace ibot::protocol
