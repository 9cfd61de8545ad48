// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupstrategyview.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace Shardboard {

QString strategyText(RollupStrategy strategy)
{
    switch (strategy) {
    case RollupStrategy::Sequence:
        return RollupStrategyView::tr("Row by row, by the server's &ids");
    case RollupStrategy::ClosedBuckets:
        return RollupStrategyView::tr("&Closed buckets, by time");
    case RollupStrategy::Cascade:
        return RollupStrategyView::tr("From the &finer rollup's rows");
    }
    Q_UNREACHABLE();
}

RollupStrategyView::RollupStrategyView(QWidget *parent)
    : QWidget(parent), m_buttons(new QButtonGroup(this)), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins({});
    m_layout->setSpacing(Spacing::tiny);
    connect(m_buttons, &QButtonGroup::idClicked, this, [this](int id) {
        const auto strategy = RollupStrategy(id);
        Q_EMIT chosen(strategy == m_best ? std::nullopt : std::optional(strategy));
    });
}

std::optional<RollupStrategy> RollupStrategyView::current() const
{
    return m_buttons->checkedId() < 0 ? std::nullopt : std::optional(RollupStrategy(m_buttons->checkedId()));
}

void RollupStrategyView::setChoices(const QList<RollupStrategyChoice> &choices, std::optional<RollupStrategy> chosen)
{
    const auto buttons = m_buttons->buttons();
    for (QAbstractButton *button : buttons)
        m_buttons->removeButton(button);
    qDeleteAll(std::exchange(m_rows, {}));
    m_best.reset();
    for (const RollupStrategyChoice &choice : choices) {
        const bool isBest = choice.isPossible && !m_best;
        if (isBest)
            m_best = choice.strategy;
        addChoice(choice, isBest);
    }
    const auto taken = chosen ? chosen : m_best;
    if (QAbstractButton *button = taken ? m_buttons->button(int(*taken)) : nullptr; button && button->isEnabled())
        button->setChecked(true);
}

void RollupStrategyView::addChoice(const RollupStrategyChoice &choice, bool isBest)
{
    if (m_buttons->button(int(choice.strategy)))
        return; // the first of several parents
    auto *row = new QWidget(this);
    auto *layout = new QVBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, Spacing::small);
    layout->setSpacing(Spacing::tiny);
    const QString text = strategyText(choice.strategy);
    auto *button = new QRadioButton(isBest ? tr("%1 (best here)").arg(text) : text, row);
    button->setEnabled(choice.isPossible);
    auto *reason = makeDimLabel(choice.isPossible ? choice.reason : tr("Not possible: %1").arg(choice.reason), row);
    reason->setContentsMargins(Spacing::huge, 0, 0, 0);
    button->setAccessibleDescription(reason->text());
    layout->addWidget(button);
    layout->addWidget(reason);
    if (!choice.remedy.isEmpty())
        layout->addWidget(makeRemedy(choice.remedy));
    m_buttons->addButton(button, int(choice.strategy));
    m_layout->addWidget(row);
    m_rows << row;
}

QWidget *RollupStrategyView::makeRemedy(const QString &remedy)
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(Spacing::huge, 0, 0, 0);
    layout->setSpacing(Spacing::small);
    auto *sql = new SqlView(row);
    sql->setSql(remedy);
    sql->setHeightInLines(1, 3);
    sql->setAccessibleName(tr("What it would take"));
    auto *copy = new QPushButton(tr("Copy"), row);
    copy->setIcon(symbolicIcon(QStringLiteral("copy")));
    copy->setAutoDefault(false);
    copy->setToolTip(tr("Copies the statement that would make it possible"));
    connect(copy, &QPushButton::clicked, this, [remedy] { QGuiApplication::clipboard()->setText(remedy); });
    layout->addWidget(sql, 1);
    layout->addWidget(copy, 0, Qt::AlignTop);
    return row;
}

} // namespace Shardboard
