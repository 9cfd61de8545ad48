// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: libpq's functions under their own names, in a library that is loaded when one of them is called
// first. With it come TLS, Kerberos and LDAP, some five megabytes, which the start page has no use for.
#include <libpq-fe.h>

#include <atomic>

namespace Shardboard {

namespace LibPq {

/// Never null: the program ends, with words, where the library cannot be loaded. Any thread.
void *find(const char *function);
/// Null where the library is older than the function.
void *findOptional(const char *function);

template <typename Pointer>
class Function;

template <typename Result, typename... Arguments>
class Function<Result (*)(Arguments...)>
{
public:
    constexpr explicit Function(const char *name) : m_name(name) {}
    Result operator()(Arguments... arguments)
    {
        auto function = m_function.load(std::memory_order_relaxed);
        if (!function) {
            // Two threads may both look it up: they find the same.
            function = reinterpret_cast<Result (*)(Arguments...)>(find(m_name));
            m_function.store(function, std::memory_order_relaxed);
        }
        return function(arguments...);
    }

private:
    const char *m_name;
    std::atomic<Result (*)(Arguments...)> m_function = nullptr;
};

} // namespace LibPq

#define SHARDBOARD_LIBPQ(name) inline constinit LibPq::Function<decltype(&::name)> name(#name);
SHARDBOARD_LIBPQ(PQbackendPID)
SHARDBOARD_LIBPQ(PQcancel)
SHARDBOARD_LIBPQ(PQclear)
SHARDBOARD_LIBPQ(PQcmdStatus)
SHARDBOARD_LIBPQ(PQcmdTuples)
SHARDBOARD_LIBPQ(PQconndefaults)
SHARDBOARD_LIBPQ(PQconnectPoll)
SHARDBOARD_LIBPQ(PQconnectStartParams)
SHARDBOARD_LIBPQ(PQconnectdbParams)
SHARDBOARD_LIBPQ(PQconnectionNeedsPassword)
SHARDBOARD_LIBPQ(PQconninfo)
SHARDBOARD_LIBPQ(PQconninfoFree)
SHARDBOARD_LIBPQ(PQconninfoParse)
SHARDBOARD_LIBPQ(PQconsumeInput)
SHARDBOARD_LIBPQ(PQdb)
SHARDBOARD_LIBPQ(PQenterPipelineMode)
SHARDBOARD_LIBPQ(PQerrorMessage)
SHARDBOARD_LIBPQ(PQexec)
SHARDBOARD_LIBPQ(PQexitPipelineMode)
SHARDBOARD_LIBPQ(PQfinish)
SHARDBOARD_LIBPQ(PQflush)
SHARDBOARD_LIBPQ(PQfmod)
SHARDBOARD_LIBPQ(PQfname)
SHARDBOARD_LIBPQ(PQfreeCancel)
SHARDBOARD_LIBPQ(PQfreemem)
SHARDBOARD_LIBPQ(PQftable)
SHARDBOARD_LIBPQ(PQftype)
SHARDBOARD_LIBPQ(PQgetCancel)
SHARDBOARD_LIBPQ(PQgetCopyData)
SHARDBOARD_LIBPQ(PQgetResult)
SHARDBOARD_LIBPQ(PQgetisnull)
SHARDBOARD_LIBPQ(PQgetlength)
SHARDBOARD_LIBPQ(PQgetvalue)
SHARDBOARD_LIBPQ(PQgssEncInUse)
SHARDBOARD_LIBPQ(PQhost)
SHARDBOARD_LIBPQ(PQhostaddr)
SHARDBOARD_LIBPQ(PQisBusy)
SHARDBOARD_LIBPQ(PQnfields)
SHARDBOARD_LIBPQ(PQnotifies)
SHARDBOARD_LIBPQ(PQntuples)
SHARDBOARD_LIBPQ(PQpipelineStatus)
SHARDBOARD_LIBPQ(PQpipelineSync)
SHARDBOARD_LIBPQ(PQport)
SHARDBOARD_LIBPQ(PQputCopyData)
SHARDBOARD_LIBPQ(PQputCopyEnd)
SHARDBOARD_LIBPQ(PQresultErrorField)
SHARDBOARD_LIBPQ(PQresultErrorMessage)
SHARDBOARD_LIBPQ(PQresultStatus)
SHARDBOARD_LIBPQ(PQsendQuery)
SHARDBOARD_LIBPQ(PQsendQueryParams)
SHARDBOARD_LIBPQ(PQserverVersion)
SHARDBOARD_LIBPQ(PQsetClientEncoding)
SHARDBOARD_LIBPQ(PQsetErrorVerbosity)
SHARDBOARD_LIBPQ(PQsetNoticeProcessor)
SHARDBOARD_LIBPQ(PQsetNoticeReceiver)
SHARDBOARD_LIBPQ(PQsetSingleRowMode)
SHARDBOARD_LIBPQ(PQsetnonblocking)
SHARDBOARD_LIBPQ(PQsocket)
SHARDBOARD_LIBPQ(PQsslAttribute)
SHARDBOARD_LIBPQ(PQsslInUse)
SHARDBOARD_LIBPQ(PQstatus)
SHARDBOARD_LIBPQ(PQtransactionStatus)
SHARDBOARD_LIBPQ(PQuser)
#undef SHARDBOARD_LIBPQ

} // namespace Shardboard
