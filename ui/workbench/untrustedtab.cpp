// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/untrustedtab.h"

#include "dashboard/trust.h"
#include "ui/common/card.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

/// A place of the document as one line of comment: nothing of it can end the comment.
QString commentLine(const QString &place)
{
    QString line = shownText(place, mostCaptionCharacters);
    for (const char16_t lineBreak : {u'\n', u'\r', u'\u2028', u'\u2029', u'\u0085'})
        line.replace(QChar(lineBreak), QLatin1Char(' '));
    return QStringLiteral("-- ") + line;
}

QString listingOf(const Document &document)
{
    QStringList parts;
    for (const DocumentStatement &statement : statementsOf(document))
        parts.append(commentLine(statement.place) + QLatin1Char('\n') + statement.sql);
    return parts.join(QStringLiteral("\n\n"));
}

} // namespace

UntrustedTab::UntrustedTab(
    const DashboardSource &source, const Document &document, const QString &server, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_document(document)
    , m_sql(new SqlView(this))
    , m_run(new QPushButton(tr("Run this dashboard"), this))
    , m_close(new QPushButton(tr("Close"), this))
{
    setAccessibleName(tr("%1, not run yet").arg(shownText(document.title, mostCaptionCharacters)));
    m_sql->setSql(listingOf(document));
    m_sql->setAccessibleName(tr("Statements of the dashboard"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::large);
    column->setSpacing(Spacing::medium);
    column->addWidget(makeHead(server));
    column->addWidget(m_sql, 1);
    column->addWidget(makeFoot());
    connect(m_run, &QPushButton::clicked, this, &UntrustedTab::approved);
    connect(m_close, &QPushButton::clicked, this, &UntrustedTab::closeRequested);
    setFocusProxy(m_close);
}

QWidget *UntrustedTab::makeHead(const QString &server)
{
    auto *card = new Card(this);
    card->setStripe(Theme::instance().warning());
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::medium, Spacing::medium);
    layout->setSpacing(Spacing::tiny);
    layout->addWidget(makeHeading(tr("“%1” has not been run yet").arg(shownText(m_document.title, 200)), 1.35, card));
    auto *text = makeTextLabel(card);
    text->setText(tr("This dashboard was not written in this program, or its file has changed since it was approved. "
                     "Nothing has been sent to the server. Running it sends the statements below, now and at every "
                     "refresh, to %1 with the rights of your role. They run in read-only transactions.")
                      .arg(server));
    layout->addWidget(text);
    const QString from = m_source.file.isEmpty() ? tr("Dashboard library, id %1").arg(m_document.id) : m_source.file;
    layout->addWidget(makeDimLabel(tr("From: %1").arg(from), card));
    auto *hash = makeTextLabel(card);
    hash->setText(tr("SHA-256: %1").arg(documentHash(m_document)));
    setTone(hash, Tone::Dim);
    layout->addWidget(hash);
    return card;
}

QWidget *UntrustedTab::makeFoot()
{
    auto *foot = new QWidget(this);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins({});
    row->setSpacing(Spacing::small);
    const auto count = int(m_document.panels.size());
    row->addWidget(
        makeDimLabel(tr("%n panel(s) not run yet. You are asked once for this content.", nullptr, count), foot), 1);
    row->addWidget(m_close);
    row->addWidget(m_run);
    return foot;
}

QString UntrustedTab::listing() const
{
    return m_sql->sql();
}

} // namespace Shardboard
