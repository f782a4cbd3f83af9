// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/comparison.h>

#include <map>
#include <vector>

class QLineEdit;
class QPushButton;
class QSpinBox;

namespace ibot::ui {

class CurvePlot;
class ElidedLabel;

/// How well what a run sees agrees with masks of objects or parts, over its training: what it recorded itself
/// (NMI of clusters, beside that of colours and of the untrained network), and on demand at each moment of
/// which weights are kept purity, NMI, click IoU and the Jaccard index of attention. One moment is asked
/// after the other, so that points appear as they come; what was computed goes into the record, where that
/// can be written, and is not computed again.
class AgreementView final : public LookView {
  Q_OBJECT

 public:
  explicit AgreementView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;
  QString why_no_command() const override;
  CurvePlot& plot() { return *plot_; }
  bool is_computing() const { return computing_; }
  /// By step; the untrained network at 0.
  const std::map<qint64, protocol::AgreementReply::Figures>& computed() const { return computed_; }
  /// Computes at each kept moment, the untrained network first.
  void compute();
  void stop();

 protected:
  void ask() override;
  bool show_recorded(const ProbeLook& look) override;
  void set_dimmed(bool dimmed) override;

 private:
  void make_tools();
  QLineEdit* add_folder(const char* name, const QString& what, const QString& help);
  bool names_folders() const;
  void follow_history();
  void forget();
  protocol::AgreementRequest request() const;
  /// What the record knows of this question.
  void take_recorded();
  /// Keeps the newest answer, `last_`, which is of one network.
  void keep();
  void ask_next();
  void redraw();
  void refresh_tools();
  std::vector<qint64> moments() const;

  CurvePlot* plot_;
  QLineEdit* pictures_;
  QLineEdit* masks_;
  QSpinBox* limit_;
  QPushButton* compute_;
  ElidedLabel* sentence_;
  QString run_;  ///< of what was computed
  std::map<qint64, protocol::AgreementReply::Figures> computed_;
  protocol::AgreementReply last_;
  std::vector<qint64> todo_;  ///< steps; the next one at the end; -2: the untrained network
  std::size_t planned_ = 0;
  bool computing_ = false;
  bool writable_ = false;  ///< the record is neither a bundle nor on a disk that is only read
};

}  // namespace ibot::ui
