// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/keepdialog.h"

#include "connection/values/sqlquote.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

const QString asItIs = QStringLiteral("=");

} // namespace

KeepDialog::KeepDialog(const RollupReport &rollup, const JobsFacts &facts, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("How long are rows kept?"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(makeDimLabel(
        tr("Older rows are deleted by a job, in bounded steps: raw rows never before every rollup that reads them has "
           "taken them, rollup rows never before the rows they were made of."),
        this));
    // Which column is the time of the source, its own entry says: without one nothing is offered.
    if (const KeptRows *source = facts.keptRows(rollup.source))
        addChoice(*source);
    if (const KeptRows *target = facts.keptRows(rollup.target))
        addChoice(*target);
    else
        addChoice({rollup.target, rollup.bucketColumn, {}, {}, {}, 0, {}});
    auto *form = new QFormLayout;
    for (const Choice &choice : std::as_const(m_choices)) {
        auto *row = new QHBoxLayout;
        row->addWidget(choice.count);
        row->addWidget(choice.unit, 1);
        form->addRow(captionText(parseQualifiedName(choice.before.table).display()), row);
    }
    layout->addLayout(form);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Change"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(460);
}

void KeepDialog::addChoice(const KeptRows &rows)
{
    Choice choice{rows, new QSpinBox(this), new QComboBox(this)};
    const QString name = parseQualifiedName(rows.table).display();
    choice.count->setRange(1, 9999);
    choice.count->setAccessibleName(tr("How many, for %1").arg(name));
    choice.unit->setAccessibleName(tr("How long rows of %1 are kept").arg(name));
    if (!rows.keep.isEmpty())
        choice.unit->addItem(tr("as it is: %1").arg(captionText(rows.keep)), asItIs);
    choice.unit->addItem(tr("for ever"), QString());
    for (const auto &[unit, text] : {std::pair("hours", tr("hours")), std::pair("days", tr("days")),
             std::pair("weeks", tr("weeks")), std::pair("months", tr("months")), std::pair("years", tr("years"))})
        choice.unit->addItem(text, QString::fromLatin1(unit));
    const auto enable = [choice] {
        const QString unit = choice.unit->currentData().toString();
        choice.count->setEnabled(!unit.isEmpty() && unit != asItIs);
    };
    connect(choice.unit, &QComboBox::currentIndexChanged, this, enable);
    enable();
    m_choices << choice;
}

QString KeepDialog::intervalOf(const Choice &choice)
{
    const QString unit = choice.unit->currentData().toString();
    return unit.isEmpty() ? QString() : QStringLiteral("%1 %2").arg(choice.count->value()).arg(unit);
}

QList<KeptRows> KeepDialog::changes() const
{
    QList<KeptRows> changed;
    for (const Choice &choice : m_choices) {
        if (choice.unit->currentData().toString() == asItIs)
            continue;
        KeptRows rows = choice.before;
        rows.keep = intervalOf(choice);
        if (rows.keep != choice.before.keep)
            changed << rows;
    }
    return changed;
}

} // namespace Shardboard
