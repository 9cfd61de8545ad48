// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/common/card.h"

class QProgressBar;
class QPushButton;

namespace Shardboard {

class ElidedLabel;
class Label;

/// The start page's offer to try it all without a server of one's own; shows what is being done while it starts.
class DemoCard final : public Card
{
    Q_OBJECT

public:
    explicit DemoCard(QWidget *parent = nullptr);
    void setStarting(bool isStarting);
    void setStep(const QString &step);

Q_SIGNALS:
    void startRequested();
    void cancelRequested();

private:
    void setupLayout();
    void refreshIcon();

    Label *m_icon;
    Label *m_text;
    ElidedLabel *m_step;
    QProgressBar *m_bar;
    QPushButton *m_button;
    bool m_isStarting = false;
};

} // namespace Shardboard
