"""The testing centre from the question to the archived report, under ISO/IEC 17025 and the Chinese CMA rules.

Words: a *test item* (检测项目) is a service module of kind test with its method editions (检测依据), limits (限值) and
scope (资质附表); a *package* (检测套餐) is a module of kind package with its items; a *commission* (委托单, ``JC-…``) is
what a client orders, with *samples* (样品, ``…-S01``) and one *test line* (检测项) for each item of each sample; a line
has a *reservation* (占用) of its instrument, a booking of the laboratory's own; *contract review* (合同评审) decides
whether it can be done; *custody* (流转) is who holds a sample, where and since when; *raw records* (原始记录) are
readings per specimen; a *result* (结果) follows from them and its *verdict* (判定) from the limits; a *report* (检测报告,
``…-R1``) is prepared, reviewed and issued by an *authorised signatory* (授权签字人), perhaps superseded by ``…-R2``
(更正) or withdrawn (作废); *verification* (验真) is open to everybody; an *objection* (异议) freezes disposal.

States and transitions are in ``services.laboratory.rules.states``.
"""
