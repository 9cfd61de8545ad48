// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/steplist.h"

#include "ui/common/icons.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace Shardboard {

namespace {

constexpr int rowHeight = 32;

} // namespace

StepList::StepList(QWidget *parent) : QWidget(parent)
{
    setFixedWidth(228);
    setMouseTracking(true);
    setAccessibleName(tr("Steps"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&StepList::update));
}

void StepList::setSteps(const QStringList &names)
{
    m_names = names;
    update();
}

void StepList::setCurrent(int step)
{
    m_current = step;
    if (step >= 0 && step < m_names.size())
        setAccessibleDescription(tr("Step %1 of %2: %3").arg(step + 1).arg(m_names.size()).arg(m_names.at(step)));
    update();
}

void StepList::setSkipped(const QSet<int> &steps)
{
    m_skipped = steps;
    update();
}

void StepList::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
}

QRect StepList::rowRect(int step) const
{
    return {Spacing::small, Spacing::large + step * rowHeight, width() - 2 * Spacing::small, rowHeight - 2};
}

int StepList::stepAt(const QPoint &position) const
{
    for (int step = 0; step < m_current && !m_isFrozen; ++step)
        if (rowRect(step).contains(position) && !m_skipped.contains(step))
            return step;
    return -1;
}

void StepList::mouseReleaseEvent(QMouseEvent *event)
{
    const int step = stepAt(event->position().toPoint());
    if (step >= 0)
        Q_EMIT chosen(step);
}

void StepList::mouseMoveEvent(QMouseEvent *event)
{
    setCursor(stepAt(event->position().toPoint()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void StepList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), Theme::instance().border());
    for (int step = 0; step < m_names.size(); ++step)
        paintStep(painter, step);
}

void StepList::paintStep(QPainter &painter, int step) const
{
    const Theme &theme = Theme::instance();
    const QRect row = rowRect(step);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (step == m_current) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.selection());
        painter.drawRoundedRect(row, 4, 4);
    }
    const QRect mark(row.left() + Spacing::small, row.center().y() - 8, 16, 16);
    const bool isSkipped = m_skipped.contains(step);
    if (isSkipped) {
        painter.setPen(theme.dimText());
        painter.drawText(mark, Qt::AlignCenter, QString(QChar(u'–')));
    } else if (step < m_current) {
        painter.drawPixmap(mark, symbolicPixmap(QStringLiteral("check"), 16, theme.success(), devicePixelRatioF()));
    } else {
        painter.setPen(step == m_current ? theme.accent() : theme.dimText());
        painter.drawText(mark, Qt::AlignCenter, QString::number(step + 1));
    }
    QFont font = painter.font();
    font.setWeight(step == m_current ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(step > m_current || isSkipped ? theme.dimText() : theme.text());
    const QRect text = row.adjusted(32, 0, -4, 0);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
        elideText(painter.fontMetrics(), m_names.at(step), Qt::ElideRight, text.width()));
    painter.restore();
}

} // namespace Shardboard
