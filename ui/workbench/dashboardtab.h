// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/library.h"
#include "dashboard/trust.h"
#include "ui/dashboard/dashboardview.h"

#include <QWidget>

#include <memory>

namespace Shardboard {

class Server;
class Session;

/// Where an open dashboard came from: the library, by id, or a file of the user's.
struct DashboardSource
{
    QString id;
    QString file;

    QString key() const { return file.isEmpty() ? id : file; }
    bool operator==(const DashboardSource &) const = default;
};

/// An open dashboard: its view, the read-only session it reads through, and where it is saved.
class DashboardTab final : public QWidget
{
    Q_OBJECT

public:
    DashboardTab(Server &server, const Library &library, TrustStore &trust, const DashboardSource &source,
        const TrustedDocument &trusted, const QHash<QString, QString> &variables, QWidget *parent = nullptr);
    ~DashboardTab() override;

    DashboardView &view() { return *m_view; }
    const DashboardSource &source() const { return m_source; }
    QString title() const;
    void save();

Q_SIGNALS:
    void titleChanged();
    void libraryChanged();
    void copied(const QString &id); ///< saved under another id, to be opened

private:
    void write(const Document &document);
    void overwrite(const Document &document);
    void finishWriting(const Document &document);
    void askAboutConflict(const Document &document);
    void askCopyTitle(const Document &document);
    void copy(const Document &document, const QString &title);

    const Library &m_library;
    TrustStore &m_trust;
    DashboardSource m_source;
    QString m_hashOnDisk; ///< of what was read or written last
    std::unique_ptr<Session> m_session; ///< outlives the view
    DashboardView *m_view;
};

} // namespace Shardboard
