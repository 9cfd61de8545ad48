// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/dashboardtab.h"

#include "connection/server.h"
#include "ui/common/messagebox.h"
#include "ui/common/savefile.h"
#include "ui/dashboard/dashboardbar.h"
#include "ui/dashboard/textprompt.h"

#include <QAbstractButton>
#include <QAction>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

DashboardTab::DashboardTab(Server &server, const Library &library, TrustStore &trust, const DashboardSource &source,
    const TrustedDocument &trusted, const QHash<QString, QString> &variables, QWidget *parent)
    : QWidget(parent)
    , m_library(library)
    , m_trust(trust)
    , m_source(source)
    , m_hashOnDisk(documentHash(trusted.document()))
    , m_session(server.createSession(SessionPurpose::Dashboard, nullptr))
    , m_view(new DashboardView(*m_session, trusted, variables, this))
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
    connect(m_view, &DashboardView::saveCopyRequested, this, &DashboardTab::askCopyTitle);
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

// What is saved here was approved, or edited by the user since: it stays trusted.
void DashboardTab::write(const Document &document)
{
    const auto saved = m_source.file.isEmpty() ? m_library.saveUnlessChanged(document, m_hashOnDisk)
                                               : Library::saveFileUnlessChanged(m_source.file, document, m_hashOnDisk);
    if (saved.isError())
        return m_view->showError(tr("The dashboard could not be saved"), saved.error());
    if (*saved == Library::Saved::ChangedOnDisk)
        return askAboutConflict(document);
    finishWriting(document);
}

void DashboardTab::askAboutConflict(const Document &document)
{
    auto *box = makeMessageBox(QMessageBox::Warning, tr("Changed on disk"),
        tr("The file of “%1” was changed by another program since it was opened here. Saving would discard that "
           "version.")
            .arg(document.title),
        QMessageBox::Cancel, this);
    const QAbstractButton *replace = box->addButton(tr("Overwrite"), QMessageBox::DestructiveRole);
    const QAbstractButton *copied = box->addButton(tr("Save a copy…"), QMessageBox::AcceptRole);
    connect(box, &QMessageBox::buttonClicked, this, [=, this](const QAbstractButton *button) {
        if (button == replace)
            overwrite(document);
        else if (button == copied)
            askCopyTitle(document);
    });
    box->open();
}

void DashboardTab::overwrite(const Document &document)
{
    const Completion written
        = m_source.file.isEmpty() ? m_library.save(document) : writeFile(m_source.file, documentToJson(document));
    if (written.isError())
        return m_view->showError(tr("The dashboard could not be saved"), written.error());
    finishWriting(document);
}

void DashboardTab::finishWriting(const Document &document)
{
    m_hashOnDisk = documentHash(document);
    m_trust.approve(document);
    m_view->markSaved();
    Q_EMIT libraryChanged();
}

void DashboardTab::askCopyTitle(const Document &document)
{
    askText(tr("Save a copy"), tr("Title of the copy"), tr("%1 (copy)").arg(document.title), this,
        [this, document](const QString &title) { copy(document, title); });
}

void DashboardTab::copy(const Document &document, const QString &title)
{
    const auto saved = m_library.saveCopy(document, title);
    if (saved.isError())
        return m_view->showError(tr("The copy could not be saved"), saved.error());
    m_trust.approve(*saved);
    Q_EMIT libraryChanged();
    Q_EMIT copied(saved->id);
}

} // namespace Shardboard
