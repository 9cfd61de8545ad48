// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/categorymodel.h"

#include <QListView>

namespace Shardboard {

/// Names with values, largest first, values right-aligned: a bar behind each name as long as its part of the largest;
/// as a share a swatch before each name and its part of the whole.
class CategoryList final : public QListView
{
    Q_OBJECT

public:
    enum class Style { Bars, Share };

    explicit CategoryList(Style style, QWidget *parent = nullptr);

    void setCategories(const QList<Category> &categories) { m_model->setCategories(categories); }
    /// Tab-separated with exact values: the selected rows, or all.
    QString copyText() const;
    CategoryModel *categoryModel() const { return m_model; }

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    CategoryModel *m_model;
};

/// The whole as one bar cut into its parts, in the colours of the list below it.
class ShareBar final : public QWidget
{
    Q_OBJECT

public:
    explicit ShareBar(const CategoryModel &model, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    /// The parts from left to right; those of no width are empty.
    QList<QRectF> parts() const;

    const CategoryModel &m_model;
};

} // namespace Shardboard
