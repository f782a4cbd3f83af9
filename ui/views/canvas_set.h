// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/widgets/patch_canvas.h>

#include <QWidget>
#include <vector>

class QScrollArea;

namespace ibot::ui {

class LookContext;

/// The pinned pictures of a context as canvases: the current one large, the others small beside it. A click
/// on a small one is that picture's; the name above each is the picture's.
class CanvasSet final : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kMostSmall = 15;

  explicit CanvasSet(LookContext& context, QWidget* parent = nullptr);

  /// As many canvases as there are pictures, in the context's order, with their names. The first is large.
  void refresh_pictures();
  /// The canvases of `pictures`; the first is large.
  PatchCanvas& canvas(std::size_t place) { return place == 0 ? *large_ : *small_[place - 1]; }
  const PatchCanvas& canvas(std::size_t place) const { return place == 0 ? *large_ : *small_[place - 1]; }
  /// Of the context, in the order of the canvases; at most 1 + kMostSmall.
  const std::vector<int>& pictures() const { return pictures_; }
  void set_dimmed(bool dimmed);
  void refresh_display();
  /// As it is shown, at twice its size on a screen of one device pixel a px.
  QImage picture() const;

 Q_SIGNALS:
  void picked(int picture, ibot::ui::PatchAt patch, bool dragging);
  void pointed(int picture, ibot::ui::PatchAt patch);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void connect_canvas(PatchCanvas* canvas, std::size_t place);
  void arrange();

  LookContext& context_;
  std::vector<int> pictures_;
  PatchCanvas* large_;
  QWidget* beside_;
  QScrollArea* scroll_;
  std::vector<PatchCanvas*> small_;
};

}  // namespace ibot::ui
