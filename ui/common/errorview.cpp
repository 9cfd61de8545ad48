// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/errorview.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

void showText(Label *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

ErrorView::ErrorView(QWidget *parent)
    : Card(parent)
    , m_icon(new Label(this))
    , m_title(makeHeading({}, 1.0, this))
    , m_message(makeTextLabel(this))
    , m_detail(makeTextLabel(this))
    , m_hint(makeTextLabel(this))
    , m_code(makeDimLabel({}, this))
    , m_retry(new QPushButton(tr("Retry"), this))
    , m_copy(new QPushButton(tr("Copy"), this))
{
    setupLayout();
    setRetryVisible(false);
    m_retry->setAccessibleName(tr("Try again"));
    m_copy->setAccessibleName(tr("Copy the whole error"));
    connect(m_retry, &QPushButton::clicked, this, &ErrorView::retryRequested);
    connect(m_copy, &QPushButton::clicked, this, &ErrorView::copyAll);
    connect(&Theme::instance(), &Theme::changed, this, &ErrorView::refreshIcon);
    refreshIcon();
}

void ErrorView::setupLayout()
{
    auto *texts = new QVBoxLayout;
    texts->setSpacing(Spacing::tiny);
    m_title->setWordWrap(true);
    setTone(m_detail, Tone::Dim);
    for (Label *label : {m_title, m_message, m_detail, m_hint})
        texts->addWidget(label);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(Spacing::small);
    foot->addWidget(m_code, 1);
    foot->addWidget(m_copy);
    foot->addWidget(m_retry);
    texts->addSpacing(Spacing::tiny);
    texts->addLayout(foot);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::large, Spacing::medium, Spacing::medium, Spacing::medium);
    row->setSpacing(Spacing::medium);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
}

void ErrorView::setError(const ServerError &error, const QString &title)
{
    m_error = error;
    showText(m_title, title);
    showText(m_message, error.message);
    showText(m_detail, error.detail);
    showText(m_hint, error.hint.isEmpty() ? QString() : tr("Hint: %1").arg(error.hint));
    m_code->setText(error.sqlState.isEmpty() ? QString() : tr("SQLSTATE %1").arg(error.sqlState));
    setAccessibleName(title.isEmpty() ? error.message : title + QStringLiteral(": ") + error.message);
    if (!error.statement.isEmpty() && !m_statement) {
        m_statement = new SqlView(this);
        m_statement->setHeightInLines(1, 8);
        m_statement->setAccessibleName(tr("The statement that failed"));
        auto *texts = static_cast<QVBoxLayout *>(layout()->itemAt(1)->layout());
        texts->insertWidget(texts->count() - 2, m_statement);
    }
    if (m_statement) {
        m_statement->setVisible(!error.statement.isEmpty());
        m_statement->setSql(error.statement);
        m_statement->markError(error.position);
    }
}

void ErrorView::setRetryVisible(bool isVisible)
{
    m_retry->setVisible(isVisible);
}

void ErrorView::refreshIcon()
{
    setStripe(Theme::instance().error());
    m_icon->setPixmap(symbolicPixmap(QStringLiteral("error"), 20, Theme::instance().error(), devicePixelRatioF()));
}

void ErrorView::copyAll()
{
    QString text = m_error.toText();
    if (!m_error.statement.isEmpty())
        text += QStringLiteral("\n\n") + m_error.statement;
    QApplication::clipboard()->setText(text);
}

} // namespace Shardboard
