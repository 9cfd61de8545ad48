// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/render.h"

#include "connection/iothread.h"
#include "connection/session.h"
#include "dashboard/refresher.h"
#include "dashboard/zonetime.h"
#include "ui/common/showntext.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardexport.h"
#include "ui/dashboard/dashboardsheet.h"
#include "ui/dashboard/panelwords.h"
#include "ui/dashboard/pictures.h"

#include <QApplication>
#include <QTimer>

#include <algorithm>
#include <cstdio>

namespace Shardboard {

namespace {

constexpr int defaultWidth = 1440;
constexpr qsizetype mostComplaint = 20'000;
constexpr int failed = 1, badUsage = 2;

void complain(const QString &text)
{
    std::fprintf(stderr, "shardboard: %s\n", qPrintable(shownText(text, mostComplaint)));
}

/// One picture from connecting to the file. Ends the event loop with the exit status.
class Rendering final : public QObject
{
public:
    explicit Rendering(const RenderRequest &request)
        : m_request(request)
        , m_session(m_io, request.settings, SessionPurpose::Dashboard)
        , m_refresher(m_session, &QDateTime::currentDateTimeUtc)
        , m_sheet(request.document.document())
    {
        m_deadline.setSingleShot(true);
        connect(&m_deadline, &QTimer::timeout, this, &Rendering::giveUp);
        connect(&m_session, &Session::failed, this, [this](const ServerError &error) {
            complain(error.toText());
            end(failed);
        });
        connect(&m_refresher, &Refresher::panelChanged, this, &Rendering::takePanel);
    }

    void start()
    {
        const int width = m_request.size.isEmpty() ? defaultWidth : m_request.size.width();
        m_sheet.setPageSize(width, m_request.size.isEmpty() ? 0 : m_request.size.height());
        m_refresher.setDocument(m_request.document, m_request.variables);
        if (m_request.range)
            m_refresher.setTimeRange(*m_request.range);
        connect(&m_sheet.canvas(), &DashboardCanvas::plotWidthChanged, &m_refresher, &Refresher::setPlotWidth);
        m_sheet.canvas().tellPlotWidths();
        m_deadline.start(m_request.timeout);
        m_session.open();
        if (document().panels.isEmpty())
            finish();
    }

private:
    const Document &document() const { return m_request.document.document(); }

    bool isAnswered(const Panel &panel) const
    {
        const SharedPanelData data = m_refresher.data(panel.id);
        return panel.kind == Panel::Kind::Text || (data->state != PanelData::State::Loading && !data->isRefreshing);
    }

    void takePanel(const QString &panelId)
    {
        m_sheet.canvas().setPanelData(panelId, m_refresher.data(panelId));
        const QList<Panel> &panels = document().panels;
        if (std::all_of(panels.begin(), panels.end(), [this](const Panel &panel) { return isAnswered(panel); }))
            finish();
    }

    void giveUp()
    {
        if (m_session.state() == Session::State::Connecting) {
            complain(QStringLiteral("no connection within %1 s").arg(m_request.timeout.count()));
            end(failed);
            return;
        }
        for (const Panel &panel : document().panels) {
            if (!isAnswered(panel))
                complain(QStringLiteral("panel “%1”: no answer within %2 s")
                             .arg(panel.title)
                             .arg(m_request.timeout.count()));
        }
        m_status = failed;
        finish();
    }

    void finish()
    {
        for (const Panel &panel : document().panels) {
            const SharedPanelData data = m_refresher.data(panel.id);
            m_sheet.canvas().setPanelData(panel.id, data); // answers of one turn are told one by one
            if (!data->error || (data->state != PanelData::State::Failed && data->state != PanelData::State::Stale))
                continue;
            complain(QStringLiteral("panel “%1”: %2").arg(panel.title, data->error->toText()));
            m_status = failed;
        }
        const QTimeZone zone = zoneByName(document().timeZone);
        m_sheet.setFacts(describeTimeRange(m_refresher.timeRange(), zone), describeChoices(m_refresher),
            describeFreshness(m_sheet.canvas().allData(), QDateTime::currentMSecsSinceEpoch(), zone));
        const Completion saved = savePicture(m_sheet, m_request.outputFile, m_sheet.devicePixelRatioF());
        if (saved.isError()) {
            complain(saved.error().message);
            m_status = failed;
        }
        end(m_status);
    }

    void end(int status)
    {
        disconnect(&m_refresher, nullptr, this, nullptr);
        disconnect(&m_session, nullptr, this, nullptr);
        m_deadline.stop();
        QCoreApplication::exit(status);
    }

    const RenderRequest &m_request;
    IoThread m_io;
    Session m_session;
    Refresher m_refresher;
    DashboardSheet m_sheet;
    QTimer m_deadline;
    int m_status = 0;
};

} // namespace

int renderDashboard(const RenderRequest &request)
{
    for (auto value = request.variables.cbegin(); value != request.variables.cend(); ++value) {
        const QList<Variable> &all = request.document.document().variables;
        if (std::none_of(all.begin(), all.end(), [&](const Variable &one) { return one.name == value.key(); })) {
            complain(QStringLiteral("the dashboard has no variable \"%1\"").arg(value.key()));
            return badUsage;
        }
    }
    Rendering rendering(request);
    QTimer::singleShot(0, &rendering, &Rendering::start);
    return QApplication::exec();
}

} // namespace Shardboard
