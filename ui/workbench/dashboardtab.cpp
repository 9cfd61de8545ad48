// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/dashboardtab.h"

#include "connection/server.h"
#include "ui/common/savefile.h"
#include "ui/dashboard/dashboardbar.h"
#include "ui/dashboard/textprompt.h"

#include <QAction>
#include <QVBoxLayout>

namespace Shardboard {

DashboardTab::DashboardTab(Server &server, const Library &library, const DashboardSource &source,
    const Document &document, const QHash<QString, QString> &variables, QWidget *parent)
    : QWidget(parent)
    , m_library(library)
    , m_source(source)
    , m_session(server.createSession(SessionPurpose::Dashboard, nullptr))
    , m_view(new DashboardView(*m_session, document, variables, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_view);
    setFocusProxy(m_view);
    // The window has these keys, for every kind of page; twice they would cancel each other out.
    for (QAction *action : {m_view->actions().refresh, m_view->actions().fullScreen, m_view->actions().save})
        action->setShortcuts({});
    connect(m_view, &DashboardView::titleChanged, this, &DashboardTab::titleChanged);
    connect(m_view, &DashboardView::modifiedChanged, this, &DashboardTab::titleChanged);
    connect(m_view, &DashboardView::saveRequested, this, &DashboardTab::write);
    connect(m_view, &DashboardView::saveCopyRequested, this, [this](const Document &copied) {
        askText(tr("Save a copy"), tr("Title of the copy"), tr("%1 (copy)").arg(copied.title), this,
            [this, copied](const QString &title) { copy(copied, title); });
    });
}

DashboardTab::~DashboardTab()
{
    // Before the session it reads through.
    delete m_view;
}

QString DashboardTab::title() const
{
    return m_view->isModified() ? m_view->document().title + QStringLiteral(" •") : m_view->document().title;
}

void DashboardTab::save()
{
    if (m_view->isModified())
        write(m_view->document());
}

void DashboardTab::write(const Document &document)
{
    const Completion written
        = m_source.file.isEmpty() ? m_library.save(document) : writeFile(m_source.file, documentToJson(document));
    if (written.isError())
        return m_view->showError(tr("The dashboard could not be saved"), written.error());
    m_view->markSaved();
    Q_EMIT libraryChanged();
}

void DashboardTab::copy(const Document &document, const QString &title)
{
    const auto saved = m_library.saveCopy(document, title);
    if (saved.isError())
        return m_view->showError(tr("The copy could not be saved"), saved.error());
    Q_EMIT libraryChanged();
    Q_EMIT copied(saved->id);
}

} // namespace Shardboard
