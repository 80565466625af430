"""Bookings of service modules, and the slots of instruments, benches, rooms and experts: one ``claim`` behind every path.

Words: a *booking* (预约) is one order of a module by an organisation; a *claim* (占用) is a unit of a resource taken for an
interval, by a booking or an outage; a *hold* (占位) is a booking that lapses unless it is sent in time; an *outage* (停机)
closes a resource. Intervals are half-open.
States: held 占位 → requested 待确认 → confirmed 已确认 → in_use 使用中 → completed 已完成; proposed 待企业确认 → confirmed;
side: expired 已过期, rejected 已退回, cancelled 已取消, no_show 爽约, displaced 待改期.
"""
