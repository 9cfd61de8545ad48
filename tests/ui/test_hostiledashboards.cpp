// SPDX-License-Identifier: GPL-3.0-or-later
// Dashboards, their data and the window around them, with names as a stranger would choose them.
#include "connection/iothread.h"
#include "connection/session.h"
#include "tests/support/testmain.h"
#include "tests/support/trusted.h"
#include "tests/ui/hostiletext.h"
#include "tests/ui/sampledata.h"
#include "ui/charts/crosshair.h"
#include "ui/common/theme.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/passwordprompt.h"
#include "ui/connection/startpage.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardsheet.h"
#include "ui/dashboard/dashboardview.h"
#include "ui/dashboard/panelcard.h"
#include "ui/dashboard/pictures.h"
#include "ui/workbench/aboutdialog.h"
#include "ui/workbench/banner.h"
#include "ui/workbench/commandpalette.h"
#include "ui/workbench/dashboardspage.h"
#include "ui/workbench/runningwork.h"
#include "ui/workbench/statusstrip.h"
#include "ui/workbench/untrustedtab.h"

#include <QMenu>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

using Page = std::unique_ptr<QWidget>;

PanelData dataOf(const QString &name)
{
    PanelData data = makeData({makeSeries(name, 100), makeSeries(name + u'2', 50)});
    data.figures = {makeFigure(name, 3, name), makeFigure(name, 4)};
    data.figures[0].exact = name;
    data.categories = makeCategories({{name, 60}, {name + u'2', 30}});
    data.table = makeTable({{name, 25, -1, 0}, {u"at"_s, 1184, -1, 0}, {u"n"_s, 1700, -1, 0}},
        {{name.toUtf8(), name.toUtf8(), name.toUtf8()}, {name.toUtf8(), std::nullopt, "1"}});
    data.routedTo = name;
    data.sql = u"SELECT "_s + name;
    data.notes = {name};
    return data;
}

Panel panelOf(const QString &name, Panel::Kind kind)
{
    Panel panel = makePanel(kind, u"p"_s, name);
    panel.description = panel.text = name;
    Threshold threshold;
    threshold.value = 20;
    threshold.label = name;
    panel.thresholds = {threshold};
    return panel;
}

/// A card outlives its crosshair else.
struct CardPage final : QWidget
{
    Crosshair crosshair;
    PanelCard card;
    CardPage(const QString &name, Panel::Kind kind) : card(panelOf(name, kind), crosshair, QTimeZone::utc(), this) {}
    void resizeEvent(QResizeEvent *) override { card.setGeometry(rect()); }
};

Page card(const QString &name, Panel::Kind kind)
{
    auto page = std::make_unique<CardPage>(name, kind);
    page->card.setData(share(dataOf(name)));
    return page;
}

Page failedCard(const QString &name)
{
    auto page = std::make_unique<CardPage>(name, Panel::Kind::Bars);
    PanelData data = dataOf(name);
    data.state = PanelData::State::Failed;
    data.error = ServerError::usage(name, name);
    page->card.setData(share(data));
    return page;
}

Document documentOf(const QString &text)
{
    const QString name = text.left(20'000); // documents have a limit of their own
    Document document;
    document.id = u"x"_s;
    document.title = document.description = name;
    document.panels = {panelOf(name, Panel::Kind::Text), panelOf(name, Panel::Kind::Bars)};
    document.panels[1].id = u"q"_s;
    document.panels[1].place = {4, 0, 4, 4};
    Variable variable;
    variable.name = u"site"_s;
    variable.label = name;
    variable.kind = Variable::Kind::List;
    variable.values = {name, u"1"_s};
    document.variables = {variable};
    return document;
}

struct DashboardPage final : QWidget
{
    IoThread io;
    Session session{io, ConnectionSettings(), SessionPurpose::Dashboard};
    DashboardView view;
    explicit DashboardPage(const QString &name) : view(session, trusted(documentOf(name)), {}, this) {}
    ~DashboardPage() override { view.setParent(nullptr); }
    void resizeEvent(QResizeEvent *) override { view.setGeometry(rect()); }
};

Page dashboard(const QString &name)
{
    return std::make_unique<DashboardPage>(name);
}

struct StartPages final : QWidget
{
    QTemporaryDir folder;
    ConnectionBook book{ProfileStore(folder.filePath(u"connections.json"_s))};
    StartPage page{book, this};
    void resizeEvent(QResizeEvent *) override { page.setGeometry(rect()); }
};

Page startPage(const QString &name)
{
    auto pages = std::make_unique<StartPages>();
    Profile profile;
    profile.name = name;
    profile.settings.keywords = {{u"host"_s, name}, {u"user"_s, name}, {u"dbname"_s, name}};
    (void)pages->book.put(profile);
    pages->page.showError(ServerError::connection(name, name), name);
    return pages;
}

LinkStatus statusOf(const QString &name)
{
    LinkStatus status;
    status.state = LinkStatus::State::Connected;
    status.target = status.profile.name = name;
    status.peer.host = status.peer.hostAddress = status.peer.tlsDescription = name;
    status.peer.usesTls = true;
    ServerCapabilities server;
    server.versionText = server.database = name;
    status.server = server;
    status.error = ServerError::connection(name);
    return status;
}

struct StripPage final : QWidget
{
    RunningWork work;
    StatusStrip strip{work, this};
    explicit StripPage(const QString &name)
    {
        strip.setStatus(statusOf(name));
        work.update(work.add(name, [] {}), {name, 1, 2, name});
    }
    void resizeEvent(QResizeEvent *) override { strip.setGeometry(rect()); }
};

Page strip(const QString &name)
{
    return std::make_unique<StripPage>(name);
}

Page banner(const QString &name)
{
    auto line = std::make_unique<Banner>();
    line->show(Tone::Warning, name, u"Retry"_s);
    return line;
}

Page palette(const QString &name)
{
    return std::make_unique<CommandPalette>(QList<CommandPalette::Entry>{{name, u"Dashboard"_s, {}, [] {}}}, nullptr);
}

Page about(const QString &name)
{
    return std::make_unique<AboutDialog>(statusOf(name), nullptr);
}

Page password(const QString &name)
{
    Profile profile;
    profile.name = profile.id = name;
    return std::make_unique<PasswordPrompt>(profile, name, name, nullptr);
}

Page untrusted(const QString &name)
{
    return std::make_unique<UntrustedTab>(DashboardSource{{}, name}, documentOf(name), name);
}

struct LibraryPage final : QWidget
{
    QTemporaryDir folder;
    Library library{folder.path()};
    TrustStore trust{QString()};
    std::unique_ptr<DashboardsPage> page;
    explicit LibraryPage(const QString &name)
    {
        QFile file(folder.filePath(u"x.json"_s));
        if (file.open(QIODevice::WriteOnly))
            file.write(documentToJson(documentOf(name)));
        file.close();
        page = std::make_unique<DashboardsPage>(library, trust, this);
    }
    void resizeEvent(QResizeEvent *) override { page->setGeometry(rect()); }
};

Page libraryPage(const QString &name)
{
    return std::make_unique<LibraryPage>(name);
}

} // namespace

class TestHostileDashboards : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setApplicationName(u"shardboard-test"_s);
        Theme::instance().apply(Theme::Mode::Light);
    }
    void init() { failOnWarningsOfOurs(); }

    void pagesShowText_data()
    {
        QTest::addColumn<std::function<Page(const QString &)>>("make");
        QTest::addColumn<int>("kind");
        const auto cardOf = [](Panel::Kind kind) { return [kind](const QString &name) { return card(name, kind); }; };
        const QList<std::pair<QString, std::function<Page(const QString &)>>> pages{
            {u"time series"_s, cardOf(Panel::Kind::TimeSeries)}, {u"stat"_s, cardOf(Panel::Kind::Stat)},
            {u"bars"_s, cardOf(Panel::Kind::Bars)}, {u"table"_s, cardOf(Panel::Kind::Table)},
            {u"share"_s, cardOf(Panel::Kind::Share)}, {u"text"_s, cardOf(Panel::Kind::Text)},
            {u"failed panel"_s, failedCard}, {u"dashboard"_s, dashboard}, {u"start page"_s, startPage},
            {u"status strip"_s, strip}, {u"banner"_s, banner}, {u"palette"_s, palette}, {u"password"_s, password},
            {u"about"_s, about}, {u"untrusted"_s, untrusted}, {u"library"_s, libraryPage}};
        const QStringList kinds = HostileText::kinds();
        for (const auto &[name, make] : pages)
            for (int kind = 0; kind < kinds.size(); ++kind)
                QTest::newRow(qPrintable(name + u", "_s + kinds.at(kind))) << make << kind;
    }
    void pagesShowText()
    {
        QFETCH(std::function<Page(const QString &)>, make);
        QFETCH(int, kind);
        const HostileText text;
        VERIFY_PLAIN(text, kind, make);
    }

    void exportedSheetsLoadNothing()
    {
        for (int kind = 0; kind < 4; ++kind) {
            const HostileText text;
            DashboardSheet sheet(documentOf(text.name(kind)));
            sheet.setPageSize(1000, 0);
            sheet.setFacts(text.name(kind), {text.name(kind)}, text.name(kind));
            for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Pdf})
                QVERIFY(!drawPicture(sheet, format, 1).isEmpty());
            QVERIFY(!text.wasLoaded());
        }
    }
};

SHARDBOARD_UI_TEST_MAIN(TestHostileDashboards)
#include "test_hostiledashboards.moc"
