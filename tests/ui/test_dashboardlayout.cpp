// SPDX-License-Identifier: GPL-3.0-or-later
// The grid of a dashboard and its editing: by mouse and by keyboard, every step can be taken back.
#include "tests/support/testmain.h"
#include "tests/ui/sampledata.h"
#include "ui/common/theme.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardeditor.h"
#include "ui/dashboard/gridarrange.h"
#include "ui/dashboard/panelgrip.h"

#include <QApplication>
#include <QRegularExpression>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace Shardboard {
char *toString(const GridPlace &place)
{
    return qstrdup(
        qPrintable(QStringLiteral("(%1, %2) %3×%4").arg(place.x).arg(place.y).arg(place.width).arg(place.height)));
}
} // namespace Shardboard

namespace {

Document threePanels()
{
    Document document;
    document.id = QStringLiteral("d");
    document.title = QStringLiteral("Traffic");
    document.panels = {makePanel(Panel::Kind::TimeSeries, QStringLiteral("a"), QStringLiteral("A"), {0, 0, 6, 4}),
        makePanel(Panel::Kind::Stat, QStringLiteral("b"), QStringLiteral("B"), {6, 0, 6, 4}),
        makePanel(Panel::Kind::Table, QStringLiteral("c"), QStringLiteral("C"), {0, 4, 12, 4})};
    return document;
}

QList<GridPlace> placesOf(const Document &document)
{
    QList<GridPlace> places;
    for (const Panel &panel : document.panels)
        places.append(panel.place);
    return places;
}

} // namespace

class TestDashboardLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void init()
    {
        Testing::failOnWarnings();
        m_editor = std::make_unique<DashboardEditor>();
        m_canvas = std::make_unique<DashboardCanvas>();
        connect(m_editor.get(), &DashboardEditor::documentChanged, m_canvas.get(), &DashboardCanvas::setDocument);
        connect(m_canvas.get(), &DashboardCanvas::placesEdited, m_editor.get(), &DashboardEditor::setPlaces);
        connect(m_canvas.get(), &DashboardCanvas::removeRequested, m_editor.get(), &DashboardEditor::removePanel);
        m_canvas->resize(1224, 600);
        m_editor->setDocument(threePanels());
        m_canvas->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_canvas.get()));
    }

    // The grid

    void panelsInARowLineUpWithGapsBetween()
    {
        const QRect left = Grid::pixels({0, 0, 6, 4}, 1224);
        const QRect right = Grid::pixels({6, 0, 6, 4}, 1224);
        const QRect below = Grid::pixels({0, 4, 12, 4}, 1224);
        QCOMPARE(left.left(), Grid::margin);
        QCOMPARE(right.right() + 1, 1224 - Grid::margin);
        QCOMPARE(right.left() - left.right() - 1, Grid::gap);
        QCOMPARE(below.top() - left.bottom() - 1, Grid::gap);
        QCOMPARE(below.right(), right.right());
    }

    void whoIsMovedHasItsWishTheRestMakeWay()
    {
        QList<GridPlace> places = placesOf(threePanels());
        places[2] = {0, 0, 12, 4};
        const QList<GridPlace> expected{{0, 4, 6, 4}, {6, 4, 6, 4}, {0, 0, 12, 4}};
        QCOMPARE(Grid::arranged(places, 2), expected);
    }

    void nothingHangsInTheAirOrOverlaps()
    {
        QList<GridPlace> places{{0, 9, 4, 3}, {2, 20, 6, 3}, {8, 1, 9, 1}, {0, 9, 12, 2}};
        const QList<GridPlace> arranged = Grid::arranged(places, -1);
        for (qsizetype i = 0; i < arranged.size(); ++i) {
            QVERIFY(arranged[i].x >= 0 && arranged[i].x + arranged[i].width <= Grid::columns);
            QVERIFY(arranged[i].height >= Grid::leastHeight);
            for (qsizetype j = 0; j < i; ++j)
                QVERIFY(!Grid::overlap(arranged[i], arranged[j]));
        }
        QCOMPARE(Grid::arranged(arranged, -1), arranged);
    }

    void aNarrowPageStacksInReadingOrder()
    {
        const QList<GridPlace> expected{{0, 0, 12, 4}, {0, 4, 12, 4}, {0, 8, 12, 4}};
        QCOMPARE(Grid::fitted(placesOf(threePanels()), 500), expected);
        QCOMPARE(Grid::fitted(placesOf(threePanels()), 1000), placesOf(threePanels()));
    }

    // Editing

    void draggingMovesAPanelAndUndoBringsItBack()
    {
        m_canvas->setEditing(true);
        PanelGrip *grip = m_canvas->grip(QStringLiteral("c"));
        const QPoint from(100, 10);
        QTest::mousePress(grip, Qt::LeftButton, {}, from);
        const QPointF up = grip->mapToGlobal(QPointF(from.x(), from.y() - 4 * 48));
        QMouseEvent move(QEvent::MouseMove, from, up, Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(grip, &move);
        // Shown while it is dragged, kept only when it is let go.
        QCOMPARE(m_canvas->card(QStringLiteral("c"))->y(), 0);
        QCOMPARE(placesOf(m_editor->document()), placesOf(threePanels()));
        QTest::mouseRelease(grip, Qt::LeftButton, {}, from);
        const QList<GridPlace> moved{{0, 4, 6, 4}, {6, 4, 6, 4}, {0, 0, 12, 4}};
        QCOMPARE(placesOf(m_editor->document()), moved);
        QVERIFY(m_editor->isModified());
        m_editor->undoStack().undo();
        QCOMPARE(m_editor->document(), threePanels());
        QVERIFY(!m_editor->isModified());
        m_editor->undoStack().redo();
        QCOMPARE(placesOf(m_editor->document()), moved);
    }

    void draggingTheCornerResizes()
    {
        m_canvas->setEditing(true);
        PanelGrip *grip = m_canvas->grip(QStringLiteral("b"));
        const QPoint corner(grip->width() - 4, grip->height() - 4);
        QTest::mousePress(grip, Qt::LeftButton, {}, corner);
        const QPointF to = grip->mapToGlobal(QPointF(corner.x() - 300, corner.y() + 48));
        QMouseEvent move(QEvent::MouseMove, corner, to, Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(grip, &move);
        QTest::mouseRelease(grip, Qt::LeftButton, {}, corner);
        QCOMPARE(m_editor->document().panels[1].place, (GridPlace{6, 0, 3, 5}));
    }

    void theKeyboardDoesTheSameAndANudgeIsOneStep()
    {
        m_canvas->setEditing(true);
        PanelGrip *grip = m_canvas->grip(QStringLiteral("b"));
        QTest::keyClick(grip, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(m_editor->document().panels[1].place, (GridPlace{6, 0, 5, 4}));
        QTest::keyClick(grip, Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(grip, Qt::Key_Right);
        QTest::keyClick(grip, Qt::Key_Right);
        QCOMPARE(m_editor->document().panels[1].place, (GridPlace{8, 0, 4, 4}));
        QCOMPARE(m_editor->undoStack().count(), 1);
        m_editor->undoStack().undo();
        QCOMPARE(m_editor->document(), threePanels());
        // Against the edge there is nothing to do, and nothing to undo.
        QTest::keyClick(grip, Qt::Key_Right);
        QCOMPARE(m_editor->undoStack().canUndo(), false);
    }

    void aRemovedPanelLeavesNoHoleAndComesBackWithItsData()
    {
        const SharedPanelData shown = share(makeData({}));
        m_canvas->setPanelData(QStringLiteral("c"), shown);
        m_canvas->setEditing(true);
        QTest::keyClick(m_canvas->grip(QStringLiteral("a")), Qt::Key_Delete);
        QCOMPARE(m_editor->document().panels.size(), 2);
        QCOMPARE(m_canvas->card(QStringLiteral("a")), nullptr);
        QCOMPARE(m_canvas->card(QStringLiteral("c"))->panelData(), shown);
        QTest::keyClick(m_canvas->grip(QStringLiteral("b")), Qt::Key_Delete);
        QCOMPARE(m_editor->document().panels[0].place.y, 0);
        m_editor->undoStack().undo();
        m_editor->undoStack().undo();
        QCOMPARE(m_editor->document(), threePanels());
        QVERIFY(m_canvas->card(QStringLiteral("a")));
        QVERIFY(m_canvas->grip(QStringLiteral("a")));
    }

    void renamingShowsAtOnce()
    {
        m_editor->renamePanel(QStringLiteral("a"), QStringLiteral("  Requests "));
        QCOMPARE(m_canvas->card(QStringLiteral("a"))->panel().title, QStringLiteral("Requests"));
        m_editor->renameDashboard(QStringLiteral("Sites"));
        QCOMPARE(m_canvas->accessibleName(), QStringLiteral("Sites"));
        m_editor->undoStack().setIndex(0);
        QCOMPARE(m_canvas->accessibleName(), QStringLiteral("Traffic"));
    }

    void discardingGoesBackToWhatWasSavedAndCanBeUndone()
    {
        QSignalSpy modified(m_editor.get(), &DashboardEditor::modifiedChanged);
        m_editor->renameDashboard(QStringLiteral("One"));
        m_editor->markSaved();
        m_editor->renameDashboard(QStringLiteral("Two"));
        m_editor->discard();
        QCOMPARE(m_editor->document().title, QStringLiteral("One"));
        QVERIFY(!m_editor->isModified());
        QVERIFY(!modified.last()[0].toBool());
        m_editor->undoStack().undo();
        QCOMPARE(m_editor->document().title, QStringLiteral("Two"));
        QVERIFY(m_editor->isModified());
    }

    void onePanelAloneTakesThePageAndGivesItBack()
    {
        const QRect before = m_canvas->card(QStringLiteral("b"))->geometry();
        m_canvas->showAlone(QStringLiteral("b"), 600);
        QVERIFY(m_canvas->card(QStringLiteral("b"))->width() > 1100);
        QVERIFY(!m_canvas->card(QStringLiteral("a"))->isVisible());
        QCOMPARE(m_canvas->panelsIn(m_canvas->rect()), QSet<QString>{QStringLiteral("b")});
        m_canvas->showAlone({});
        QCOMPARE(m_canvas->card(QStringLiteral("b"))->geometry(), before);
        QVERIFY(m_canvas->card(QStringLiteral("a"))->isVisible());
    }

    void onlyPanelsInSightAreNamed()
    {
        QCOMPARE(m_canvas->panelsIn(QRect(0, 0, 1224, 150)), (QSet<QString>{QStringLiteral("a"), QStringLiteral("b")}));
        QCOMPARE(m_canvas->panelsIn(QRect(0, 230, 1224, 100)), (QSet<QString>{QStringLiteral("c")}));
    }

private:
    std::unique_ptr<DashboardEditor> m_editor;
    std::unique_ptr<DashboardCanvas> m_canvas;
};

SHARDBOARD_UI_TEST_MAIN(TestDashboardLayout)
#include "test_dashboardlayout.moc"
