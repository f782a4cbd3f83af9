// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/attention.h>

#include <ui/widgets/patch_canvas.h>

#include <map>

class QCheckBox;
class QLabel;
class QSlider;
class QToolButton;

namespace ibot::ui {

class MapGrid;

/// Attention of the CLS token or of a clicked patch: any layer, any head or their mean, chosen in a grid of
/// small maps; the patches that hold a share of it, outlined; all heads in one picture, a colour each.
class AttentionView final : public LookView {
  Q_OBJECT

 public:
  explicit AttentionView(LookContext& context, QWidget* parent = nullptr);

  QStringList command() const override;
  bool take_key(int key) override;

  /// No patch: the CLS token.
  void set_query(PatchAt query, bool dragging = false);
  PatchAt query() const { return query_; }
  void choose(int layer, int head);
  PatchCanvas& canvas() { return *canvas_; }

 protected:
  void ask() override;
  bool show_recorded(const ProbeLook& look) override;

 private:
  QWidget* make_side();
  void ask_layer(bool pixels);
  /// The other layers, one after the other, for the grid.
  void fill_grid();
  void take(const protocol::AttentionReply& reply);
  void fill_row(const protocol::AttentionReply& reply);
  void show_map(int layer, int head);
  void show_numbers(const protocol::AttentionReply& reply, int head);
  QString query_text() const;

  PatchAt query_;
  int layer_ = 0;                                    ///< from 1; 0: the last, whichever that is
  int head_ = 0;                                     ///< from 1; 0: their mean
  std::map<int, protocol::AttentionReply> replies_;  ///< of the newest question, by layer
  QImage seen_;                                      ///< the picture as the network saw it
  QString source_;                                   ///< whose layers and heads are chosen
  quint64 question_ = 0;
  QTimer fill_;  ///< the grid, once the hand rests
  PatchCanvas* canvas_;
  MapGrid* grid_;
  QToolButton* cls_;
  QCheckBox* mass_;
  QSlider* share_;
  QLabel* share_text_;
  QCheckBox* composite_;
  QLabel* numbers_;
};

}  // namespace ibot::ui
