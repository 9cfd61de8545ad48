// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/pastebox.h"

#include "connection/conninfo/keywords.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace Shardboard {

PasteEdit::PasteEdit(QWidget *parent) : QPlainTextEdit(parent)
{
    setTabChangesFocus(true);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setLineWrapMode(WidgetWidth);
    setWordWrapMode(QTextOption::WrapAnywhere);
    document()->setDocumentMargin(Spacing::tiny + 2);
    connect(
        document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &PasteEdit::fitHeight);
    fitHeight();
}

void PasteEdit::fitHeight()
{
    // A plain text document measures its height in lines.
    const int lines = qBound(1, int(document()->size().height()), 5);
    setFixedHeight(
        qMax(30, lines * fontMetrics().lineSpacing() + 2 * int(document()->documentMargin()) + 2 * frameWidth() + 2));
}

void PasteEdit::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && !(event->modifiers() & Qt::ShiftModifier)) {
        Q_EMIT submitted();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void PasteEdit::insertFromMimeData(const QMimeData *source)
{
    insertPlainText(source->text().trimmed());
}

PasteBox::PasteBox(QWidget *parent)
    : Card(parent)
    , m_edit(new PasteEdit(this))
    , m_icon(new Label(this))
    , m_reading(new ElidedLabel(this))
    , m_connect(new QPushButton(tr("Connect"), this))
    , m_save(new QPushButton(tr("Save…"), this))
{
    setupLayout();
    m_connect->setProperty("primary", true);
    m_connect->setAccessibleName(tr("Connect to the pasted target"));
    m_save->setAccessibleName(tr("Save the pasted target as a connection"));
    m_edit->setAccessibleName(tr("Connection string"));
    m_edit->setPlaceholderText(tr("postgresql://user@host:5432/database"));
    connect(m_edit, &PasteEdit::textChanged, this, &PasteBox::read);
    connect(m_edit, &PasteEdit::submitted, m_connect, &QPushButton::click);
    connect(&Theme::instance(), &Theme::changed, this, &PasteBox::read);
    connect(m_connect, &QPushButton::clicked, this, [this] { Q_EMIT connectRequested(takeSettings()); });
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT saveRequested(takeSettings()); });
    setFocusProxy(m_edit);
    read();
}

void PasteBox::setupLayout()
{
    auto *row = new QHBoxLayout;
    row->addWidget(m_edit, 1);
    row->addWidget(m_connect, 0, Qt::AlignTop);
    row->addWidget(m_save, 0, Qt::AlignTop);
    auto *below = new QHBoxLayout;
    below->setSpacing(Spacing::tiny + 2);
    below->addWidget(m_icon);
    below->addWidget(m_reading, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::medium);
    layout->addLayout(row);
    layout->addLayout(below);
}

void PasteBox::setText(const QString &text)
{
    m_edit->setPlainText(text);
}

QString PasteBox::reading() const
{
    return m_reading->fullText();
}

// A text with a password does not stay on the screen, nor in what can be undone.
ConnectionSettings PasteBox::takeSettings()
{
    const ConnectionSettings settings = *m_settings;
    const auto &keywords = settings.keywords;
    const bool hasSecret = settings.password
        || std::any_of(
            keywords.keyBegin(), keywords.keyEnd(), [](const QString &keyword) { return isSecretKeyword(keyword); });
    if (hasSecret)
        clear();
    return settings;
}

// With its undo history.
void PasteBox::clear()
{
    m_edit->clear();
}

void PasteBox::read()
{
    m_settings.reset();
    const QString text = m_edit->toPlainText().trimmed();
    if (text.isEmpty()) {
        showReading(QStringLiteral("info"),
            tr("A URI, key=value pairs, a psql command, export PG… lines or a JDBC URL; what is left out follows "
               "libpq's defaults."),
            Tone::Dim);
    } else if (const auto parsed = parseConnection(text)) {
        m_settings = parsed->settings;
        const QStringList lines
            = QStringList{tr("%1 → %2").arg(parsed->form, describeTarget(parsed->settings))} + parsed->notes;
        showReading(QStringLiteral("check-circle"), lines.join(u'\n'), Tone::Success);
    } else if (parsed.isError()) {
        const ServerError &error = parsed.error();
        showReading(QStringLiteral("error"), error.hint.isEmpty() ? error.message : error.message + u'\n' + error.hint,
            Tone::Error);
    }
    m_connect->setEnabled(m_settings.has_value());
    m_save->setEnabled(m_settings.has_value());
}

void PasteBox::showReading(const QString &icon, const QString &text, Tone tone)
{
    m_icon->setPixmap(symbolicPixmap(icon, 16, toneColour(tone), devicePixelRatioF()));
    m_reading->setFullText(text);
    setTone(m_reading, tone == Tone::Success ? Tone::Text : tone);
}

} // namespace Shardboard
