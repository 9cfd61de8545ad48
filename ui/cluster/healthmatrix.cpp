// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/healthmatrix.h"

#include "ui/common/icons.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QHelpEvent>
#include <QPainter>

namespace Shardboard {

namespace {

constexpr int cell = 28;
constexpr int widestName = 280;

} // namespace

HealthMatrix::HealthMatrix(QWidget *parent) : QWidget(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HealthMatrix::setFacts(const ClusterFacts &facts)
{
    QList<int> ids;
    m_names.clear();
    for (const NodeFacts &node : facts.nodes) {
        if (!node.isInMetadata)
            continue;
        ids << node.nodeId;
        m_names << node.address();
    }
    m_states.fill(State::Unknown, ids.size() * ids.size());
    int bad = 0;
    int asked = 0;
    for (const HealthCheck &check : facts.health) {
        const qsizetype from = ids.indexOf(check.fromNode);
        const qsizetype to = ids.indexOf(check.toNode);
        if (from < 0 || to < 0 || !check.canConnect)
            continue;
        ++asked;
        bad += *check.canConnect ? 0 : 1;
        m_states[from * ids.size() + to] = *check.canConnect ? State::Good : State::Bad;
    }
    m_summary = asked == 0                 ? tr("Not checked yet")
        : bad > 0                          ? tr("%n connection(s) fail", nullptr, bad)
        : asked == ids.size() * ids.size() ? tr("Every node reaches every node")
                                           : tr("Some nodes could not be asked");
    setAccessibleName(tr("Connections between nodes"));
    setAccessibleDescription(m_summary);
    updateGeometry();
    update();
}

QSize HealthMatrix::sizeHint() const
{
    int names = 0;
    for (const QString &name : m_names)
        names = std::max(names, std::min(widestName, textWidth(fontMetrics(), name)));
    const int line = int(m_names.size());
    return {names + Spacing::medium + 22 + line * cell, (line + 1) * cell};
}

QRect HealthMatrix::cellRect(qsizetype from, qsizetype to) const
{
    const int left = sizeHint().width() - int(m_names.size()) * cell;
    return {left + int(to) * cell, int(from + 1) * cell, cell, cell};
}

void HealthMatrix::paintState(QPainter &painter, const QRect &rect, State state) const
{
    const Theme &theme = Theme::instance();
    if (state == State::Unknown) {
        painter.setPen(theme.dimText());
        painter.drawText(rect, Qt::AlignCenter, QStringLiteral("–"));
        return;
    }
    const bool isGood = state == State::Good;
    const QPixmap icon = symbolicPixmap(isGood ? QStringLiteral("check") : QStringLiteral("close"), 16,
        isGood ? theme.success() : theme.error(), devicePixelRatioF());
    painter.drawPixmap(rect.center() - QPoint(7, 7), icon);
}

void HealthMatrix::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::instance();
    for (qsizetype i = 0; i < m_names.size(); ++i) {
        // Lines and columns are numbered alike: names do not fit above narrow columns.
        const QString number = QString::number(i + 1);
        painter.setPen(theme.dimText());
        painter.drawText(cellRect(-1, i), Qt::AlignCenter, number);
        const QRect first = cellRect(i, 0);
        painter.drawText(QRect(0, first.top(), 18, cell), Qt::AlignLeft | Qt::AlignVCenter, number);
        painter.setPen(theme.text());
        painter.drawText(QRect(22, first.top(), first.left() - 22, cell), Qt::AlignLeft | Qt::AlignVCenter,
            elideText(painter.fontMetrics(), m_names.at(i), Qt::ElideMiddle, first.left() - 22));
        for (qsizetype to = 0; to < m_names.size(); ++to)
            paintState(painter, cellRect(i, to), state(i, to));
        painter.fillRect(0, first.top(), width(), 1, theme.grid());
    }
}

bool HealthMatrix::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QString text;
    for (qsizetype from = 0; from < m_names.size(); ++from) {
        for (qsizetype to = 0; to < m_names.size(); ++to) {
            if (!cellRect(from, to).contains(help->pos()))
                continue;
            const State found = state(from, to);
            text = found == State::Good ? tr("%1 reaches %2")
                : found == State::Bad   ? tr("%1 cannot connect to %2")
                                        : tr("%1 was not asked about %2");
            text = text.arg(m_names.at(from), m_names.at(to));
        }
    }
    showToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace Shardboard
