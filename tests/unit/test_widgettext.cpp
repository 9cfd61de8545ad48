// SPDX-License-Identifier: GPL-3.0-or-later
// Text from outside reaches the screen through a few helpers of ui/common that make it plain and short. Code that goes
// past them is found here, by its words.
#include "tests/support/testmain.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

namespace {

struct Rule
{
    const char *pattern;
    const char *instead;
    QStringList except; ///< files that may
};

const QList<Rule> &rules()
{
    static const QList<Rule> all{
        {R"(\bQLabel\b)", "Label of ui/common/labels.h",
            {QStringLiteral("ui/common/labels.h"), QStringLiteral("ui/common/labels.cpp"),
                QStringLiteral("ui/common/textguard.cpp")}},
        {R"(new QMessageBox|QMessageBox\s+\w+\s*[({;]|QMessageBox::(information|warning|critical|question|about)\b)",
            "makeMessageBox() of ui/common/messagebox.h", {QStringLiteral("ui/common/messagebox.cpp")}},
        {R"(\bQToolTip\b)", "showToolTip() of ui/common/showntext.h", {QStringLiteral("ui/common/showntext.cpp")}},
        {R"(\.(elidedText|horizontalAdvance)\()", "elideText() and textWidth() of ui/common/showntext.h",
            {QStringLiteral("ui/common/showntext.cpp")}},
        {R"(\b(QErrorMessage|QWhatsThis|QProgressDialog|QGraphicsTextItem|QStaticText|QSystemTrayIcon|QSplashScreen|QWizard)\b)",
            "a widget of ui/common", {}},
        {R"(\bQInputDialog\b)", "askText() of ui/dashboard/textprompt.h",
            {QStringLiteral("ui/dashboard/textprompt.cpp"), QStringLiteral("ui/jobs/jobspageactions.cpp")}},
        {R"(\b(QTextEdit|QTextBrowser|QTextDocument)\b)", "SqlView or TextView",
            {QStringLiteral("ui/charts/textview.h"), QStringLiteral("ui/charts/textview.cpp"),
                QStringLiteral("ui/common/sqlhighlighter.h"), QStringLiteral("ui/common/sqlhighlighter.cpp"),
                QStringLiteral("ui/common/sqlview.cpp")}},
        {R"(\b(setHtml|insertHtml|appendHtml|setMarkdown)\()", "plain text",
            {QStringLiteral("ui/charts/textview.cpp")}},
        {R"(RichText|AutoText|MarkdownText|setWhatsThis|setStatusTip|setTabToolTip|setOpenExternalLinks)", "plain text",
            {QStringLiteral("ui/common/textguard.cpp")}},
        {R"(\b(QLegend|QCategoryAxis|QBarCategoryAxis)\b|chart\(\)->setTitle\(|setTitleText\()",
            "the project's own plot items: titles and legends of Qt Charts are HTML", {}},
    };
    return all;
}

QStringList problemsOf(const QString &name, const QString &source)
{
    QStringList problems;
    for (const Rule &rule : rules()) {
        if (rule.except.contains(name))
            continue;
        const QRegularExpression pattern(QLatin1String(rule.pattern));
        const QStringList lines = source.split(QLatin1Char('\n'));
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const QString code = lines.at(i).section(QStringLiteral("//"), 0, 0);
            if (pattern.match(code).hasMatch())
                problems << QStringLiteral("%1:%2: use %3 instead: %4")
                                .arg(name)
                                .arg(i + 1)
                                .arg(QLatin1String(rule.instead), code.trimmed());
        }
    }
    return problems;
}

} // namespace

class TestWidgetText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sourcesGoThroughTheHelpers()
    {
        const QDir root(QStringLiteral(SHARDBOARD_SOURCE_DIR));
        QStringList problems;
        int files = 0;
        for (const char *folder : {"ui", "app/shardboard"}) {
            QDirIterator all(root.filePath(QLatin1String(folder)), {QStringLiteral("*.cpp"), QStringLiteral("*.h")},
                QDir::Files, QDirIterator::Subdirectories);
            while (all.hasNext()) {
                QFile file(all.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                problems << problemsOf(root.relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll()));
                ++files;
            }
        }
        QVERIFY(files > 200);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QLatin1Char('\n'))));
    }

    void everyRuleFindsWhatItIsFor()
    {
        for (const char *line : {"auto *label = new QLabel(text, this);", "QMessageBox::warning(this, title, text);",
                 "auto *box = new QMessageBox(this);", "QMessageBox box(this);", "QToolTip::showText(p, name, this);",
                 "fontMetrics().elidedText(name, Qt::ElideRight, 9)", "new QErrorMessage(this)",
                 "QInputDialog::getText(this, name, name)", "auto *edit = new QTextEdit(text);", "edit->setHtml(text);",
                 "label->setTextFormat(Qt::RichText);", "button->setWhatsThis(name);", "new QGraphicsTextItem(name)",
                 "tabBar()->setTabToolTip(0, name);", "chart()->setTitle(panel.title);"})
            QVERIFY2(!problemsOf(QStringLiteral("ui/new.cpp"), QLatin1String(line)).isEmpty(), line);
        QVERIFY(problemsOf(QStringLiteral("ui/new.cpp"), QStringLiteral("auto *l = new Label(text, this);")).isEmpty());
    }
};

SHARDBOARD_TEST_MAIN(TestWidgetText)
#include "test_widgettext.moc"
