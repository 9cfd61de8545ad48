// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fifotrap.h"
#include "ui/common/showntext.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QTextEdit>
#include <QToolTip>
#include <QtTest>

#include <ctime>
#include <functional>

/// Names, comments, statements and cells as a stranger would choose them, and a walk over a page that fails where one
/// of them is taken for more than text.
namespace Shardboard::Testing {

class HostileText
{
public:
    /// `kind` is a row of kinds().
    QString name(int kind) const
    {
        switch (kind) {
        case 0:
            return QStringLiteral("<img src=\"%1\">").arg(m_trap.path());
        case 1:
            return QStringLiteral("<b>x</b><a href='file:///'>y</a>&copy;");
        case 2:
            return QStringLiteral("&x && <i>&y</i> %1 %n [*]");
        case 3:
            return QStringLiteral("a\u202etxt.\u2066exe\x1b]0;t\x07\rb");
        default:
            return QStringLiteral("<u>W</u>") + QString(1'000'000, u'W');
        }
    }
    static QStringList kinds()
    {
        return {QStringLiteral("picture"), QStringLiteral("markup"), QStringLiteral("mnemonics"),
            QStringLiteral("control characters"), QStringLiteral("a million characters")};
    }
    bool wasLoaded() const { return m_trap.wasOpened(); }

private:
    FifoTrap m_trap;
};

/// Tool tips are raised, which the offscreen platform says it does not support.
inline void failOnWarningsOfOurs()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
}

/// Rows for a _data() function.
inline void addHostileRows()
{
    QTest::addColumn<int>("kind");
    const QStringList kinds = HostileText::kinds();
    for (int kind = 0; kind < kinds.size(); ++kind)
        QTest::newRow(qPrintable(kinds.at(kind))) << kind;
}

inline QLabel *shownToolTip()
{
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (widget->inherits("QTipLabel") && widget->isVisible())
            return qobject_cast<QLabel *>(widget);
    return nullptr;
}

/// What is wrong with the tool tip of the place, or empty.
inline QString toolTipProblem(QWidget &widget, QPoint place)
{
    showToolTip({}, {}, &widget);
    QHelpEvent help(QEvent::ToolTip, place, widget.mapToGlobal(place));
    QApplication::sendEvent(&widget, &help);
    const QLabel *tip = shownToolTip();
    if (!tip)
        return {};
    if (tip->textFormat() != Qt::PlainText)
        return QStringLiteral("the tool tip is not plain text: ") + tip->text().left(80);
    return tip->text().size() > 2 * mostShownCharacters ? QStringLiteral("the tool tip is too long") : QString();
}

inline QString labelProblem(const QWidget &root)
{
    const auto labels = root.findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->textFormat() != Qt::PlainText && !label->text().isEmpty())
            return QStringLiteral("not plain text: ") + label->text().left(80);
        if (label->text().size() > mostShownCharacters + 500)
            return QStringLiteral("a label of %1 characters").arg(label->text().size());
        for (const QChar c : label->text())
            if (c == QChar(0x202e) || c == QChar(0x1b))
                return QStringLiteral("control characters reach the screen");
    }
    return {};
}

/// Tool tips of every visible widget and of the cells in sight.
inline QString toolTipProblems(QWidget &root)
{
    const auto widgets = root.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!widget->isVisible())
            continue;
        if (const QString problem = toolTipProblem(*widget, widget->rect().center()); !problem.isEmpty())
            return problem;
        auto *view = qobject_cast<QAbstractItemView *>(widget);
        if (!view || qobject_cast<QHeaderView *>(view) || !view->model())
            continue;
        for (int row = 0; row < std::min(3, view->model()->rowCount()); ++row)
            for (int column = 0; column < view->model()->columnCount(); ++column) {
                const QRect place = view->visualRect(view->model()->index(row, column));
                const QString problem = place.isEmpty() ? QString() : toolTipProblem(*view->viewport(), place.center());
                if (!problem.isEmpty())
                    return problem;
            }
    }
    return {};
}

inline double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double slowness = 8;
#else
constexpr double slowness = 1;
#endif

/// Shows and paints what `make` makes of the name: what a hostile name costs more than "x" is at most 300 ms of this
/// thread: the promise is 100 on a machine that does nothing else.
inline QString pageProblem(
    const HostileText &text, int kind, const std::function<std::unique_ptr<QWidget>(const QString &)> &make)
{
    const auto cost = [&make](const QString &name, std::unique_ptr<QWidget> &page) {
        page = make(name); // what it costs to make up the data is not the page's
        page->resize(1200, 800);
        const double before = threadMilliseconds();
        page->show();
        QCoreApplication::processEvents();
        page->grab();
        return threadMilliseconds() - before;
    };
    std::unique_ptr<QWidget> page;
    cost(QStringLiteral("x"), page); // fonts, icons and the like are made once
    const double usual = cost(QStringLiteral("x"), page);
    const double hostile = cost(text.name(kind), page);
    QString problem = labelProblem(*page);
    if (problem.isEmpty())
        problem = toolTipProblems(*page);
    showToolTip({}, {}, page.get());
    if (text.wasLoaded())
        problem = QStringLiteral("a file was opened");
    if (problem.isEmpty() && hostile - usual > 300 * slowness)
        problem = QStringLiteral("it takes %1 ms to show, %2 ms with a short name").arg(hostile).arg(usual);
    return problem;
}

#define VERIFY_PLAIN(text, kind, make)                                                                                 \
    do {                                                                                                               \
        const QString problem = Shardboard::Testing::pageProblem(text, kind, make);                                    \
        QVERIFY2(problem.isEmpty(), qPrintable(problem));                                                              \
    } while (false)

} // namespace Shardboard::Testing
