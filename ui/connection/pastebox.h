// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/conninfo.h"
#include "ui/common/card.h"
#include "ui/common/labels.h"

#include <QPlainTextEdit>

#include <optional>

class QPushButton;

namespace Shardboard {

class Label;

/// One line to paste into, growing to a few where the text has several (`export PG…`). Enter submits.
class PasteEdit final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit PasteEdit(QWidget *parent = nullptr);

Q_SIGNALS:
    void submitted();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;

private:
    void fitHeight();
};

/// Takes whatever says where a server is, shows at once what it was recognised as, and connects to it or saves it.
class PasteBox final : public Card
{
    Q_OBJECT

public:
    explicit PasteBox(QWidget *parent = nullptr);
    void setText(const QString &text);
    QString reading() const; ///< the line below the box, as the user reads it
    void clear();

Q_SIGNALS:
    void connectRequested(const Shardboard::ConnectionSettings &settings);
    void saveRequested(const Shardboard::ConnectionSettings &settings);

private:
    void setupLayout();
    void read();
    ConnectionSettings takeSettings();
    void showReading(const QString &icon, const QString &text, Tone tone);

    PasteEdit *m_edit;
    Label *m_icon;
    ElidedLabel *m_reading;
    QPushButton *m_connect;
    QPushButton *m_save;
    std::optional<ConnectionSettings> m_settings; ///< what the text means, when it means something
};

} // namespace Shardboard
