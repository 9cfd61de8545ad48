// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboardsheet.h"

#include "dashboard/zonetime.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/dashboardcanvas.h"

#include <QVBoxLayout>

namespace Shardboard {

namespace {
constexpr int headHeight = 48;
constexpr int sheetFootHeight = 28;
} // namespace

DashboardSheet::DashboardSheet(const Document &document, QWidget *parent)
    : QWidget(parent)
    , m_canvas(new DashboardCanvas(this))
    , m_title(new ElidedLabel(this, Qt::ElideRight))
    , m_range(new ElidedLabel(this, Qt::ElideRight))
    , m_foot(new ElidedLabel(this, Qt::ElideRight))
{
    m_title->setFont(Theme::headingFont(1.25));
    m_title->setFullText(document.title);
    m_range->setFont(Theme::figureFont());
    m_range->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_foot->setFont(Theme::figureFont());
    m_foot->setFixedHeight(sheetFootHeight - Spacing::small);
    setTone(m_range, Tone::Dim);
    setTone(m_foot, Tone::Dim);
    m_canvas->setZone(zoneByName(document.timeZone));
    m_canvas->setDocument(document);
    setAccessibleName(document.title);
    // Shown to itself only: charts lay themselves out when they are shown.
    setAttribute(Qt::WA_DontShowOnScreen);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    head->setSpacing(Spacing::large);
    head->addWidget(m_title);
    head->addWidget(m_range, 1);
    head->addStrut(headHeight);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, Spacing::small);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_canvas, 1);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    foot->addWidget(m_foot);
    column->addLayout(foot);
}

void DashboardSheet::setPageSize(int width, int height)
{
    // Grid rows have one height on screen; on a page of a given height nothing is squeezed, what is below is cut.
    resize(width, height > 0 ? height : headHeight + m_canvas->heightForWidth(width) + sheetFootHeight);
    show();
    layout()->activate();
}

void DashboardSheet::setFacts(const QString &range, const QStringList &choices, const QString &freshness)
{
    QStringList parts = choices;
    parts.append(range);
    m_range->setFullText(parts.join(QStringLiteral("  ·  ")));
    m_foot->setFullText(freshness);
}

} // namespace Shardboard
