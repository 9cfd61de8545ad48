// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/common/card.h"

namespace Shardboard {

class ElidedLabel;

/// One line that says what was just done and offers to take it back; hidden until shown, and after Undo or Dismiss.
class UndoBar final : public Card
{
    Q_OBJECT

public:
    explicit UndoBar(QWidget *parent = nullptr);
    void show(const QString &text);

Q_SIGNALS:
    void undone();
    void dismissed();

private:
    ElidedLabel *m_text;
};

} // namespace Shardboard
