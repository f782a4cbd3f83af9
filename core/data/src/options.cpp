// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/data/options.h>

namespace ibot::data {

void DataOptions::describe(params::Describer& d, DataOptions& o) {
  d.field("kind", o.kind)
      .choices({"auto", "folder", "pictures", "list", "parts"})
      .help(
          "What the data are: one folder per class, any folder of pictures, a CSV list of pictures, or the "
          "built-in "
          "drawn scenes. auto decides by looking and says what it found.");
  d.field("path", o.path)
      .help(
          "The folder of pictures, or the CSV list. The drawn scenes have a place of their own if it is "
          "empty.");
  d.field("split", o.split)
      .help(
          "The part to use: for folders a folder below the path, for a list the rows whose split it is. "
          "Empty: all.");
  d.field("index", o.index)
      .choices({"use", "rebuild", "off"})
      .advanced()
      .help(
          "The list of a large folder's pictures is kept for the next run. rebuild lists the folder anew, "
          "which is "
          "needed after pictures were overwritten in place; off keeps nothing.");
  d.field("workers", o.workers)
      .between(1, 256)
      .unit("threads")
      .help("Threads that decode and crop. Their number changes no byte of a batch.");
  d.field("slots", o.slots)
      .between(2, 1024)
      .unit("batches")
      .advanced()
      .help(
          "Batches that may be filled or waiting at a time. More of them bridge longer stalls and take more "
          "memory.");
  d.field("niceness", o.niceness)
      .between(0, 19)
      .advanced()
      .help("How far the workers stand back behind the training step when cores are scarce.");
  d.field("cache_mb", o.cache_mb)
      .between(0, 1 << 20)
      .unit("MB")
      .help("Decoded pictures are kept in memory up to this size, so that small data sets are decoded once.");
  d.group("parts", o.parts);
}

}  // namespace ibot::data
