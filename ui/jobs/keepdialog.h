// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"

#include <QDialog>

class QComboBox;
class QSpinBox;

namespace Shardboard {

/// How long rows of a rollup, and of the table it reads, are kept.
class KeepDialog final : public QDialog
{
    Q_OBJECT

public:
    KeepDialog(const RollupReport &rollup, const JobsFacts &facts, QWidget *parent);

    /// What was changed, with the interval as the server takes it.
    QList<KeptRows> changes() const;

private:
    /// How long rows of one table are kept.
    struct Choice
    {
        KeptRows before;
        QSpinBox *count = nullptr;
        QComboBox *unit = nullptr; ///< of data: the unit, "" for ever, "=" as it is
    };

    void addChoice(const KeptRows &rows);
    static QString intervalOf(const Choice &choice);

    QList<Choice> m_choices;
};

} // namespace Shardboard
