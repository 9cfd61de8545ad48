// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/sqlhighlighter.h"

#ifdef SHARDBOARD_HIGHLIGHTING

#include "ui/common/theme.h"

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/State>
#include <KSyntaxHighlighting/Theme>

#include <QTextBlock>

namespace Shardboard {

namespace {

/// Reading the definitions takes tens of milliseconds: once, when the first SQL is shown.
KSyntaxHighlighting::Repository &repository()
{
    static KSyntaxHighlighting::Repository instance;
    return instance;
}

/// The state after a line, kept with its block for the line that follows.
struct BlockState final : QTextBlockUserData
{
    KSyntaxHighlighting::State state;
};

} // namespace

struct SqlHighlighter::Impl final : KSyntaxHighlighting::AbstractHighlighter
{
    explicit Impl(SqlHighlighter *highlighter) : q(highlighter)
    {
        setDefinition(repository().definitionForName(QStringLiteral("SQL (PostgreSQL)")));
        chooseTheme();
    }

    void chooseTheme()
    {
        setTheme(repository().defaultTheme(Shardboard::Theme::instance().isDark()
                ? KSyntaxHighlighting::Repository::DarkTheme
                : KSyntaxHighlighting::Repository::LightTheme));
    }

    void highlight(const QString &text)
    {
        const QTextBlock previous = q->currentBlock().previous();
        const auto *before = static_cast<BlockState *>(previous.userData());
        auto after = std::make_unique<BlockState>();
        after->state = highlightLine(text, before ? before->state : KSyntaxHighlighting::State());
        const auto *old = static_cast<BlockState *>(q->currentBlockUserData());
        // A changed block state makes QSyntaxHighlighter go on with the next line.
        if (!old || old->state != after->state)
            q->setCurrentBlockState(q->currentBlockState() == 1 ? 2 : 1);
        q->setCurrentBlockUserData(after.release());
    }

    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format &format) override
    {
        if (length == 0 || format.isDefaultTextStyle(theme()))
            return;
        QTextCharFormat text;
        if (format.hasTextColor(theme()))
            text.setForeground(format.textColor(theme()));
        if (format.isBold(theme()))
            text.setFontWeight(QFont::Bold);
        if (format.isItalic(theme()))
            text.setFontItalic(true);
        q->setFormat(offset, length, text);
    }

    SqlHighlighter *q;
};

SqlHighlighter::SqlHighlighter(QTextDocument *document)
    : QSyntaxHighlighter(document), m_impl(std::make_unique<Impl>(this))
{
}

SqlHighlighter::~SqlHighlighter() = default;

void SqlHighlighter::followTheme()
{
    m_impl->chooseTheme();
    rehighlight();
}

bool SqlHighlighter::isAvailable()
{
    return repository().definitionForName(QStringLiteral("SQL (PostgreSQL)")).isValid();
}

void SqlHighlighter::highlightBlock(const QString &text)
{
    m_impl->highlight(text);
}

} // namespace Shardboard

#else

namespace Shardboard {

struct SqlHighlighter::Impl
{
};

SqlHighlighter::SqlHighlighter(QTextDocument *document) : QSyntaxHighlighter(document) {}

SqlHighlighter::~SqlHighlighter() = default;

void SqlHighlighter::followTheme() {}

bool SqlHighlighter::isAvailable()
{
    return false;
}

void SqlHighlighter::highlightBlock(const QString &) {}

} // namespace Shardboard

#endif
