// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

#include <QWidget>

#include <memory>

namespace Shardboard {

/// One tab of the cluster page: what of the cluster it shows.
class ClusterView : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Read at every refresh while it is in sight.
    virtual ClusterParts liveParts() const = 0;
    /// Read when it comes into sight, when asked for, and then once a minute: they cost something on every node.
    virtual ClusterParts costlyParts() const { return {}; }
    /// Called whenever any of its parts has been read.
    virtual void setFacts(const std::shared_ptr<const ClusterFacts> &facts) = 0;
};

} // namespace Shardboard
