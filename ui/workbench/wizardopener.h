// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workbench/workbenchparts.h"

#include <QList>
#include <QObject>

namespace Shardboard {

class PlanWizard;
class WindowActions;
enum class Command;
struct ClusterSettings;
struct DistributeDraft;
struct QualifiedName;
struct UndistributeSettings;
struct WizardContext;

/// Opens the wizards over the window, each on the server that is connected then. Call it only while there is one.
class WizardOpener final : public QObject
{
    Q_OBJECT

public:
    WizardOpener(const WorkbenchParts &parts, QWidget &window);

    /// The commands that open a wizard; they need a server.
    static QList<Command> commands();
    /// Those that need the coordinator of a cluster.
    static QList<Command> clusterCommands();
    void serve(WindowActions &actions);

    WizardContext context() const;
    void setUpBlueprint(const QString &name);
    void importFile();
    void showSampleDialog();
    /// `settings`: what is known already; the wizard asks for the rest.
    void changeCluster(const ClusterSettings &settings);
    void distribute(const DistributeDraft &start);
    void changeDistribution(const QualifiedName &table);
    void isolateTenant(const QualifiedName &table);
    /// An empty name: the user chooses the table, or describes a new one.
    void partition(const QualifiedName &table);
    void makeLocal(const UndistributeSettings &settings);
    /// An empty name: the user chooses the table.
    void rollUp(const QualifiedName &table);
    void dropRollup(const QString &name);
    /// How long rows of a table are kept; an empty name: the user chooses the table.
    void retain(const QualifiedName &table);
    void stopRetention(const QualifiedName &table);

Q_SIGNALS:
    /// A plan has run: what is known of the server may be out of date.
    void applied();
    /// The dashboard over the rollups of that schema.
    void dashboardRequested(const QString &id, const QString &schema);
    /// The Rollups & Jobs page is to be shown.
    void jobsRequested();

private:
    void open(PlanWizard &wizard);

    const WorkbenchParts m_parts;
    QWidget &m_window;
};

} // namespace Shardboard
