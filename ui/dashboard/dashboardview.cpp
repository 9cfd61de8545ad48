// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboardview.h"

#include "connection/session.h"
#include "dashboard/zonetime.h"
#include "ui/common/errorview.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardexport.h"
#include "ui/dashboard/livebutton.h"
#include "ui/dashboard/panelwords.h"
#include "ui/dashboard/textprompt.h"
#include "ui/dashboard/variablepicker.h"

#include <QAction>
#include <QKeyEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

using namespace std::chrono_literals;
constexpr int footHeight = 28;

LiveButton::Link linkOf(const Session &session, const Refresher &refresher)
{
    switch (session.state()) {
    case Session::State::Closed:
        return LiveButton::Link::Closed;
    case Session::State::Connecting:
        return LiveButton::Link::Connecting;
    case Session::State::Lost:
        return LiveButton::Link::Lost;
    case Session::State::Idle:
    case Session::State::Busy:
    case Session::State::Cancelling:
        if (refresher.isPaused())
            return LiveButton::Link::Paused;
        return refresher.pollingReason().isEmpty() ? LiveButton::Link::Live : LiveButton::Link::Polling;
    }
    Q_UNREACHABLE();
}

} // namespace

DashboardView::DashboardView(Session &session, const TrustedDocument &trusted, const QHash<QString, QString> &variables,
    QWidget *parent, Clock clock)
    : QWidget(parent)
    , m_session(session)
    , m_clock(std::move(clock))
    , m_refresher(session, m_clock)
    , m_actions(this)
    , m_start(trusted)
    , m_startValues(variables)
{
    m_actions.undo = m_editor.undoStack().createUndoAction(this, tr("Undo"));
    m_actions.redo = m_editor.undoStack().createRedoAction(this, tr("Redo"));
    m_bar = new DashboardBar(m_actions, m_clock, this);
    m_error = new ErrorView(this);
    m_scroll = new QScrollArea(this);
    m_canvas = new DashboardCanvas;
    m_foot = new ElidedLabel(this, Qt::ElideRight);
    setupLayout();
    setupActions();
    setupCanvas();
    setupRefresher();
    m_editor.setDocument(trusted.document());
    m_bar->setVariables(trusted.document().variables);
    showLink();
}

DashboardView::~DashboardView() = default;

void DashboardView::setupLayout()
{
    m_error->hide();
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setWidget(m_canvas);
    m_canvas->setAutoFillBackground(false);
    m_foot->setFont(Theme::figureFont());
    m_foot->setFixedHeight(footHeight);
    m_foot->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    setTone(m_foot, Tone::Dim);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_error);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_foot);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, &DashboardView::tellVisiblePanels);
    m_footTimer.setTimerType(Qt::CoarseTimer);
    connect(&m_footTimer, &QTimer::timeout, this, &DashboardView::showFreshness);
}

void DashboardView::setupActions()
{
    m_actions.undo->setIcon(symbolicIcon(QStringLiteral("undo")));
    m_actions.redo->setIcon(symbolicIcon(QStringLiteral("redo")));
    m_actions.undo->setShortcut(QKeySequence::Undo);
    m_actions.redo->setShortcut(QKeySequence::Redo);
    for (QAction *action : {m_actions.undo, m_actions.redo}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    m_actions.edit->setCheckable(true);
    connect(m_actions.refresh, &QAction::triggered, this, &DashboardView::refresh);
    connect(m_actions.zoomOut, &QAction::triggered, this, &DashboardView::zoomOut);
    connect(m_actions.edit, &QAction::toggled, this, &DashboardView::setEditing);
    connect(m_actions.finish, &QAction::triggered, this, [this] { setEditing(false); });
    connect(m_actions.save, &QAction::triggered, this, &DashboardView::requestSave);
    connect(m_actions.discard, &QAction::triggered, &m_editor, &DashboardEditor::discard);
    connect(m_actions.saveCopy, &QAction::triggered, this, [this] { Q_EMIT saveCopyRequested(m_editor.document()); });
    connect(m_actions.rename, &QAction::triggered, this, &DashboardView::askDashboardTitle);
    connect(m_actions.keepRange, &QAction::triggered, this, [this] { m_editor.setTimeRange(m_refresher.timeRange()); });
    connect(m_actions.exportPicture, &QAction::triggered, this, &DashboardView::exportPicture);
    connect(m_actions.exportCsv, &QAction::triggered, this, &DashboardView::exportCsv);
    connect(m_actions.fullScreen, &QAction::triggered, this, [this] { Q_EMIT fullScreenRequested(!m_isKiosk); });
    connect(m_bar->liveButton(), &LiveButton::clicked, this, [this] { setPaused(!m_refresher.isPaused()); });
    connect(m_bar->timeRangePicker(), &TimeRangePicker::rangeChosen, this, &DashboardView::setTimeRange);
    connect(m_bar, &DashboardBar::variableChosen, &m_refresher, &Refresher::setVariable);
    connect(&m_editor, &DashboardEditor::documentChanged, this, &DashboardView::takeDocument);
    const auto showModified = [this](bool isModified) {
        m_actions.save->setEnabled(isModified);
        m_actions.discard->setEnabled(isModified);
        m_bar->setTitle(m_editor.document().title, isModified);
        Q_EMIT modifiedChanged(isModified);
    };
    connect(&m_editor, &DashboardEditor::modifiedChanged, this, showModified);
    showModified(false);
}

void DashboardView::setupCanvas()
{
    connect(m_canvas, &DashboardCanvas::placesEdited, &m_editor, &DashboardEditor::setPlaces);
    connect(m_canvas, &DashboardCanvas::removeRequested, &m_editor, &DashboardEditor::removePanel);
    connect(m_canvas, &DashboardCanvas::renameRequested, this, &DashboardView::askPanelTitle);
    connect(m_canvas, &DashboardCanvas::fullViewRequested, this, &DashboardView::toggleAlone);
    connect(m_canvas, &DashboardCanvas::retryRequested, this, &DashboardView::refresh);
    connect(m_canvas, &DashboardCanvas::plotWidthChanged, &m_refresher, &Refresher::setPlotWidth);
    connect(m_canvas, &DashboardCanvas::zoomRequested, this, &DashboardView::zoomTo);
    connect(m_canvas, &DashboardCanvas::zoomOutRequested, this, &DashboardView::zoomOut);
    connect(m_canvas, &DashboardCanvas::arranged, this, &DashboardView::tellVisiblePanels);
}

void DashboardView::setupRefresher()
{
    connect(&m_refresher, &Refresher::panelChanged, this, [this](const QString &panelId) {
        m_canvas->setPanelData(panelId, m_refresher.data(panelId));
        showFreshness();
    });
    connect(&m_refresher, &Refresher::timeRangeChanged, this, &DashboardView::showTimeRange);
    connect(&m_refresher, &Refresher::choicesChanged, this, &DashboardView::showVariable);
    connect(&m_refresher, &Refresher::variableChanged, this, &DashboardView::showVariable);
    connect(&m_refresher, &Refresher::pollingReasonChanged, this, &DashboardView::showLink);
    connect(&m_session, &Session::stateChanged, this, &DashboardView::showLink);
}

QTimeZone DashboardView::zone() const
{
    return zoneByName(m_editor.document().timeZone);
}

void DashboardView::takeDocument(const Document &document)
{
    m_canvas->setZone(zone());
    m_canvas->setDocument(document);
    for (const Panel &panel : document.panels) {
        if (const SharedPanelData known = m_refresher.data(panel.id))
            m_canvas->setPanelData(panel.id, known);
    }
    m_bar->setTitle(document.title, m_editor.isModified());
    setWindowTitle(document.title);
    setAccessibleName(document.title);
    Q_EMIT titleChanged(document.title);
}

// The first question is asked when it is known how wide the plots are, and not for a page nobody has looked at.
void DashboardView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_isStarted) {
        m_isStarted = true;
        m_refresher.setDocument(m_start, m_startValues);
        for (const Variable &variable : m_start.document().variables)
            showVariable(variable.name);
        m_canvas->tellPlotWidths();
    }
    tellVisiblePanels();
}

void DashboardView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_footTimer.stop();
    if (m_isStarted)
        m_refresher.setVisiblePanels({});
}

void DashboardView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (!m_canvas->panelAlone().isEmpty())
        m_canvas->showAlone(m_canvas->panelAlone(), m_scroll->viewport()->height());
}

void DashboardView::tellVisiblePanels()
{
    if (!m_isStarted || !isVisible())
        return;
    const QRect shown(QPoint(0, m_scroll->verticalScrollBar()->value()), m_scroll->viewport()->size());
    m_refresher.setVisiblePanels(m_canvas->panelsIn(shown));
}

void DashboardView::showLink()
{
    m_bar->liveButton()->setPolling(m_refresher.pollingReason(), m_refresher.pollInterval());
    m_bar->liveButton()->setLink(linkOf(m_session, m_refresher));
}

void DashboardView::showTimeRange()
{
    m_bar->timeRangePicker()->setRange(m_refresher.timeRange(), zone());
    m_actions.keepRange->setEnabled(m_refresher.timeRange() != m_editor.document().timeRange);
}

void DashboardView::showVariable(const QString &name)
{
    VariablePicker *picker = m_bar->variablePicker(name);
    if (!picker)
        return;
    picker->setChoices(m_refresher.choices(name), m_refresher.variable(name));
    const auto error = m_refresher.choicesError(name);
    picker->setProblem(error ? error->toText() : QString());
}

QString DashboardView::freshness() const
{
    return describeFreshness(m_canvas->allData(), m_clock().toMSecsSinceEpoch(), zone());
}

// By the second as long as seconds are what is shown.
void DashboardView::showFreshness()
{
    m_foot->setFullText(freshness());
    if (isVisible())
        m_footTimer.start(1s);
}

void DashboardView::refresh()
{
    m_refresher.refresh();
}

void DashboardView::setPaused(bool isPaused)
{
    m_refresher.setPaused(isPaused);
    showLink();
}

void DashboardView::setTimeRange(const TimeRange &range)
{
    m_zooms.clear();
    m_refresher.setTimeRange(range);
}

void DashboardView::zoomTo(const TimeSpan &span)
{
    m_zooms.append(m_refresher.timeRange());
    m_refresher.setTimeRange(absoluteTimeRange(span));
}

void DashboardView::zoomOut()
{
    if (!m_zooms.isEmpty()) {
        m_refresher.setTimeRange(m_zooms.takeLast());
        return;
    }
    const TimeSpan span = m_refresher.span();
    if (span.length() <= 0)
        return;
    // Nothing is known of the time to come: what would reach into it goes to the other side.
    const qint64 now = m_clock().toMSecsSinceEpoch();
    const qint64 end = span.end >= now ? span.end : std::min(span.end + span.length() / 2, now);
    m_refresher.setTimeRange(absoluteTimeRange({end - 2 * span.length(), end}));
}

void DashboardView::setEditing(bool isEditing)
{
    if (m_isEditing == isEditing)
        return;
    m_isEditing = isEditing;
    if (isEditing && !m_canvas->panelAlone().isEmpty())
        m_canvas->showAlone({});
    m_actions.edit->setChecked(isEditing);
    m_bar->setEditing(isEditing);
    m_canvas->setEditing(isEditing);
}

void DashboardView::toggleAlone(const QString &panelId)
{
    m_canvas->showAlone(m_canvas->panelAlone().isEmpty() ? panelId : QString(), m_scroll->viewport()->height());
}

void DashboardView::setKiosk(bool isKiosk)
{
    m_isKiosk = isKiosk;
    setEditing(false);
    m_bar->setVisible(!isKiosk);
}

void DashboardView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_F5) {
        refresh();
    } else if (event->key() == Qt::Key_F11) {
        Q_EMIT fullScreenRequested(!m_isKiosk);
    } else if (event->key() == Qt::Key_Escape && !m_canvas->panelAlone().isEmpty()) {
        m_canvas->showAlone({});
    } else if (event->key() == Qt::Key_Escape && m_isEditing) {
        setEditing(false);
    } else if (event->key() == Qt::Key_Escape && m_isKiosk) {
        Q_EMIT fullScreenRequested(false);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void DashboardView::requestSave()
{
    if (m_editor.isModified())
        Q_EMIT saveRequested(m_editor.document());
}

void DashboardView::markSaved()
{
    m_error->hide();
    m_editor.markSaved();
}

void DashboardView::showError(const QString &title, const ServerError &error)
{
    m_error->setError(error, title);
    m_error->show();
}

void DashboardView::askPanelTitle(const QString &panelId)
{
    const Panel *panel = m_editor.document().panel(panelId);
    if (!panel)
        return;
    askText(tr("Rename panel"), tr("Title"), panel->title, this,
        [this, panelId](const QString &title) { m_editor.renamePanel(panelId, title); });
}

void DashboardView::askDashboardTitle()
{
    askText(tr("Rename dashboard"), tr("Title"), m_editor.document().title, this,
        [this](const QString &title) { m_editor.renameDashboard(title); });
}

void DashboardView::exportPicture()
{
    exportDashboardPicture(*this);
}

void DashboardView::exportCsv()
{
    exportDashboardCsv(*this);
}

} // namespace Shardboard
