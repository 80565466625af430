"""The industry association (协会): who is a member.

Until the association keeps its register, membership is a *mark* (会员标记) that its secretariat sets, from one day on.
"""
