// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/workspace.h"

#include "dashboard/sourcecatalog.h"
#include "ui/common/icons.h"
#include "ui/common/messagebox.h"
#include "ui/common/showntext.h"
#include "ui/workbench/dashboardspage.h"
#include "ui/workbench/untrustedtab.h"

#include <QAbstractButton>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>

namespace Shardboard {

namespace {

constexpr int listIndex = 0;

QString settingsKey(const QString &connection, const QString &name)
{
    // A slash would make a group of it.
    return QStringLiteral("tabs/%1/%2").arg(QString(connection).replace(QLatin1Char('/'), QLatin1Char('|')), name);
}

} // namespace

Workspace::Workspace(const Library &library, TrustStore &trust, QWidget *parent)
    : QTabWidget(parent), m_library(library), m_trust(trust), m_list(new DashboardsPage(library, trust, this))
{
    setDocumentMode(true);
    setTabsClosable(true);
    setMovable(true);
    setElideMode(Qt::ElideRight);
    tabBar()->setAccessibleName(tr("Open dashboards"));
    insertTab(listIndex, m_list, symbolicIcon(QStringLiteral("menu")), tr("All dashboards"));
    tabBar()->setTabButton(listIndex, QTabBar::RightSide, nullptr);
    connect(this, &QTabWidget::tabCloseRequested, this, &Workspace::closeTab);
    connect(m_list, &DashboardsPage::openRequested, this, &Workspace::openDashboard);
    connect(m_list, &DashboardsPage::openFileRequested, this, &Workspace::openFile);
}

void Workspace::attach(Server &server, const QString &key, const QString &target)
{
    m_server = &server;
    m_key = key;
    m_target = target;
    restore();
}

void Workspace::detach()
{
    if (!m_server)
        return;
    remember();
    qDeleteAll(tabs());
    qDeleteAll(untrustedTabs());
    m_server = nullptr;
}

void Workspace::setStartValues(const std::optional<TimeRange> &range, const QHash<QString, QString> &variables)
{
    m_range = range;
    m_variables = variables;
}

DashboardTab *Workspace::currentTab() const
{
    return qobject_cast<DashboardTab *>(currentWidget());
}

QList<DashboardTab *> Workspace::tabs() const
{
    QList<DashboardTab *> found;
    for (int i = 0; i < count(); ++i)
        if (auto *tab = qobject_cast<DashboardTab *>(widget(i)))
            found.append(tab);
    return found;
}

QList<UntrustedTab *> Workspace::untrustedTabs() const
{
    QList<UntrustedTab *> found;
    for (int i = 0; i < count(); ++i)
        if (auto *tab = qobject_cast<UntrustedTab *>(widget(i)))
            found.append(tab);
    return found;
}

void Workspace::openDashboard(const QString &id)
{
    open({id, {}}, m_library.load(id));
}

// The copy for another schema is made here, of a dashboard that may run: it may run as well.
void Workspace::openForSchema(const QString &id, const QString &schema)
{
    const Outcome<Document> original = m_library.load(id);
    const Outcome<Document> document = m_library.loadForSchema(id, schema);
    if (original && document && document->id != id) {
        Document expected = inSchema(*original, schema);
        expected.id = document->id;
        expected.title = document->title;
        if (expected == *document && m_trust.check(*original))
            m_trust.approve(*document);
        m_list->reload();
    }
    open({document ? document->id : id, {}}, document);
}

void Workspace::openFile(const QString &path)
{
    open({{}, path}, Library::loadFile(path));
}

void Workspace::open(const DashboardSource &source, const Outcome<Document> &document)
{
    if (document.isError())
        return Q_EMIT failed(document.error(), tr("The dashboard “%1” cannot be opened").arg(source.key()));
    if (!m_server)
        return Q_EMIT connectionNeeded();
    if (goToOpen(source))
        return;
    if (const auto trusted = m_trust.check(*document))
        openTrusted(source, *trusted, count());
    else
        askToTrust(source, *document);
}

bool Workspace::goToOpen(const DashboardSource &source)
{
    for (DashboardTab *tab : tabs())
        if (tab->source() == source)
            return setCurrentWidget(tab), true;
    for (UntrustedTab *tab : untrustedTabs())
        if (tab->source() == source)
            return setCurrentWidget(tab), true;
    return false;
}

void Workspace::openTrusted(const DashboardSource &source, const TrustedDocument &trusted, int index)
{
    auto *tab = new DashboardTab(*m_server, m_library, m_trust, source, trusted, m_variables, this);
    if (m_range)
        tab->view().setTimeRange(*m_range);
    connect(tab, &DashboardTab::titleChanged, this, [this, tab] { showTitle(tab); });
    connect(tab, &DashboardTab::libraryChanged, m_list, &DashboardsPage::reload);
    connect(tab, &DashboardTab::copied, this, &Workspace::openDashboard);
    connect(&tab->view(), &DashboardView::fullScreenRequested, this, &Workspace::fullScreenRequested);
    insertTab(index, tab, symbolicIcon(QStringLiteral("dashboards")), captionText(tab->title()));
    setCurrentWidget(tab);
    tab->setFocus();
}

void Workspace::askToTrust(const DashboardSource &source, const Document &document)
{
    auto *tab = new UntrustedTab(source, document, m_target, this);
    connect(tab, &UntrustedTab::closeRequested, tab, &QObject::deleteLater);
    connect(tab, &UntrustedTab::approved, this, [this, tab] {
        Completion saved = Nothing{};
        const TrustedDocument trusted = m_trust.approve(tab->document(), &saved);
        if (saved.isError())
            Q_EMIT failed(saved.error(), tr("The approval could not be saved"));
        const int index = indexOf(tab);
        openTrusted(tab->source(), trusted, index);
        tab->deleteLater();
    });
    setCurrentIndex(addTab(tab, symbolicIcon(QStringLiteral("warning")), captionText(document.title)));
    tab->setFocus();
}

void Workspace::showTitle(DashboardTab *tab)
{
    setTabText(indexOf(tab), captionText(tab->title()));
}

void Workspace::closeTab(int index)
{
    if (auto *untrusted = qobject_cast<UntrustedTab *>(widget(index)))
        return untrusted->deleteLater();
    auto *tab = qobject_cast<DashboardTab *>(widget(index));
    if (!tab)
        return;
    const auto close = [tab] { tab->deleteLater(); };
    if (tab->view().isModified())
        askAbout({tab}, close);
    else
        close();
}

void Workspace::closeCurrent()
{
    closeTab(currentIndex());
}

bool Workspace::hasUnsavedChanges() const
{
    const auto all = tabs();
    return std::ranges::any_of(all, [](DashboardTab *tab) { return tab->view().isModified(); });
}

void Workspace::confirmLeave(std::function<void()> leave)
{
    QList<DashboardTab *> modified = tabs();
    modified.removeIf([](DashboardTab *tab) { return !tab->view().isModified(); });
    if (modified.isEmpty())
        leave();
    else
        askAbout(modified, std::move(leave));
}

void Workspace::askAbout(const QList<DashboardTab *> &modified, std::function<void()> leave)
{
    QStringList titles;
    for (DashboardTab *tab : modified)
        titles.append(QStringLiteral("“%1”").arg(tab->view().document().title));
    auto *box = makeMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"),
        tr("Changes to %1 are not saved.").arg(titles.join(QStringLiteral(", "))),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    connect(box, &QMessageBox::buttonClicked, this, [=, this](QAbstractButton *button) {
        const auto choice = box->standardButton(button);
        if (choice == QMessageBox::Cancel)
            return;
        bool isSaved = true;
        for (DashboardTab *tab : modified) {
            if (choice != QMessageBox::Save || !tabs().contains(tab))
                continue;
            tab->save();
            isSaved = isSaved && !tab->view().isModified();
        }
        if (isSaved)
            leave();
    });
    box->open();
}

void Workspace::remember()
{
    QStringList keys;
    for (int i = 0; i < count(); ++i) {
        if (const auto *tab = qobject_cast<DashboardTab *>(widget(i)))
            keys.append(tab->source().key());
        else if (const auto *waiting = qobject_cast<UntrustedTab *>(widget(i)))
            keys.append(waiting->source().key());
    }
    QSettings settings;
    settings.setValue(settingsKey(m_key, QStringLiteral("open")), keys);
    settings.setValue(settingsKey(m_key, QStringLiteral("current")), currentIndex());
}

void Workspace::restore()
{
    const QSettings settings;
    const QStringList keys = settings.value(settingsKey(m_key, QStringLiteral("open"))).toStringList();
    for (const QString &key : keys) {
        const bool isFile = key.endsWith(QLatin1String(".json"));
        const auto document = isFile ? Library::loadFile(key) : m_library.load(key);
        // What was deleted meanwhile is not missed aloud.
        if (document)
            open(isFile ? DashboardSource{{}, key} : DashboardSource{key, {}}, document);
    }
    setCurrentIndex(qBound(0, settings.value(settingsKey(m_key, QStringLiteral("current"))).toInt(), count() - 1));
}

} // namespace Shardboard
