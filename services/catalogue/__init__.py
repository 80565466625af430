"""The four centres and third parties, their bookable service modules, prices and resources.

Words: a *provider* (服务机构) is an organisation that offers *service modules* (可预约服务模块); a *resource* (资源) is the
instrument, bench, room or expert that a module occupies; a *price version* (价格版本) holds from a date on.
Module states: draft 草稿 → submitted 待发布审核 → published 已发布 → paused 暂停 → published | withdrawn 已下架.
"""
