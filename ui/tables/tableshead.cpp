// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/tableshead.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>

namespace Shardboard {

TablesHead::TablesHead(QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_views(new QCheckBox(tr("&Views and foreign tables"), this))
    , m_counts(makeDimLabel({}, this))
    , m_refresh(new QPushButton(tr("Refresh"), this))
    , m_distribute(new QPushButton(tr("Distribute…"), this))
{
    m_search->setPlaceholderText(tr("Filter by name, type or column"));
    m_search->setAccessibleName(tr("Filter tables"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(
        symbolicIcon(QStringLiteral("search"), Theme::instance().dimText()), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(360);
    m_refresh->setIcon(symbolicIcon(QStringLiteral("refresh")));
    m_refresh->setToolTip(tr("Read the tables again (F5)"));
    m_distribute->setProperty("primary", true);
    m_counts->setWordWrap(false);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::medium);
    row->setSpacing(Spacing::medium);
    row->addWidget(makeHeading(tr("Tables"), 1.4, this));
    row->addWidget(m_search, 2);
    row->addWidget(m_views);
    row->addWidget(m_counts);
    row->addStretch(1);
    row->addWidget(m_refresh);
    row->addWidget(m_distribute);
}

void TablesHead::setCounts(int shown, int all, const QDateTime &readAt)
{
    m_counts->setText(shown == all ? tablesText(all) : tr("%1 of %2").arg(exactText(shown), tablesText(all)));
    m_counts->setToolTip(
        readAt.isValid() ? tr("As of %1").arg(QLocale().toString(readAt, QLocale::LongFormat)) : QString());
    m_counts->setVisible(all > 0);
}

} // namespace Shardboard
