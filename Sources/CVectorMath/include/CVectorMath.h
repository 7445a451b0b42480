#ifndef CVECTORMATH_H
#define CVECTORMATH_H
#endif
