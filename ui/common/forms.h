// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QFormLayout;
class QTableView;
class QWidget;

namespace Shardboard {

/// A form with the program's distances.
QFormLayout *makeForm(QWidget *parent);
/// Labels as high as a field, so that both stand on one line. Call it when all rows are there.
void alignLabels(QFormLayout &form);

/// Quiet rows of one line each, headers at the left.
void setupTable(QTableView &table);

} // namespace Shardboard
