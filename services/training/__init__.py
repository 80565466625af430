"""Training (培训报名): courses, classes with their lessons, registrations and the waiting list.

A *course* (课程) is what is taught, a *class* (班次) a dated run of it, a *lesson* (课次) one of its meetings. A *trainee*
(学员) is a person under a real name. A *registration* (报名) ties a trainee to a class. Seats are counted in one column of
the class that only a conditional update changes; who waits is promoted by one function, whatever freed the seat.
"""
