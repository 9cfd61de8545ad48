// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/libpq.h"

#include <QtGlobal>

#include <dlfcn.h>

namespace Shardboard {

namespace {

void *load()
{
    void *library = dlopen(SHARDBOARD_LIBPQ_SONAME, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        qFatal("PostgreSQL's client library cannot be loaded: %s", dlerror());
    return library;
}

} // namespace

void *LibPq::findOptional(const char *function)
{
    static void *const library = load();
    return dlsym(library, function);
}

void *LibPq::find(const char *function)
{
    void *const found = findOptional(function);
    if (!found)
        qFatal("PostgreSQL's client library is too old: %s", dlerror());
    return found;
}

} // namespace Shardboard
