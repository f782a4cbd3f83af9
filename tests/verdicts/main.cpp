// SPDX-License-Identifier: GPL-3.0-or-later
// check_verdicts FILE.csv: 0 where every verdict agrees, 1 where one does not, 2 where the file cannot be
// read.
#include "check_verdicts.h"

#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr
        << "usage: check_verdicts FILE.csv, as `ibot compare ... --format csv --out FILE.csv` wrote it\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  if (!file) {
    std::cerr << "cannot read " << argv[1] << '\n';
    return 2;
  }
  const auto report = ibot::verdicts::check(file);
  for (const std::string& mistake : report.mistakes) std::cerr << mistake << '\n';
  std::cout << report.variants << " verdicts computed again, " << report.mistakes.size() << " mistakes\n";
  return report.mistakes.empty() && report.variants > 0 ? 0 : 1;
}
